//! What a shop keeps: products with prices, carts, invoices.

use remold_host_api::Entry;

use super::{entry, expiring, hash, list, pick, set, text};

/// 90 products with prices as decimal texts.
pub(super) fn products() -> Vec<Entry> {
    const THINGS: [&str; 8] = [
        "mug", "lamp", "chair", "notebook", "kettle", "scarf", "clock", "basket",
    ];
    // Each of these is a little more or less than it looks when it is taken for a binary float.
    const PRICES: [&str; 12] = [
        "19.99", "0.29", "1.10", "4.35", "8.2", "1139.05", "64.10", "299", "0.07", "2.675",
        "1.005", "33.3",
    ];
    let mut entries = Vec::new();
    for number in 1..=90 {
        let thing = pick(&THINGS, number);
        let stock = (number * 7 % 40).to_string();
        let price = match PRICES[number % PRICES.len()] {
            // Parts of a cent are no price, but for the two products that keep them.
            "2.675" | "1.005" if number > 12 => "2.50",
            price => price,
        };
        let fields: &[(&str, &str)] = &[
            ("title", thing),
            ("price", price),
            ("currency", "EUR"),
            ("stock", &stock),
        ];
        let fields = match number {
            50 => hash(&[
                ("title", thing),
                ("price_cents", "1250"),
                ("currency", "EUR"),
                ("stock", &stock),
            ]),
            51 => hash(&[
                ("title", thing),
                ("price", "on request"),
                ("currency", "EUR"),
                ("stock", &stock),
            ]),
            _ => hash(fields),
        };
        let product = entry(format!("product:{number}"), fields);
        entries.push(if number % 15 == 0 {
            expiring(product, number)
        } else {
            product
        });
    }
    entries.push(entry("product:categories", set(["kitchen", "home"])));
    entries.push(entry("price:note", text("19.99")));
    entries
}

/// 50 carts, each a hash that names the list of its items.
pub(super) fn carts() -> Vec<Entry> {
    let mut entries = Vec::new();
    for user in 1..=50 {
        let items_key = format!("cart:{user}:items");
        let count = (user % 4 + 1).to_string();
        let cart = hash(&[
            ("items_key", &items_key),
            ("count", &count),
            ("currency", "EUR"),
        ]);
        let items = list((0..=user % 4).map(|place| format!("product:{}", user * 3 + place)));
        let (cart, items) = (entry(format!("cart:{user}"), cart), entry(items_key, items));
        if user % 5 == 0 {
            entries.extend([expiring(cart, user), expiring(items, user)]);
        } else {
            entries.extend([cart, items]);
        }
    }
    // The application's new version was tried out with this user.
    entries.push(entry(
        "{user:7}:cart",
        hash(&[("items_key", "{user:7}:cart:items"), ("count", "0")]),
    ));
    entries.push(entry("{user:7}:cart:items", list(["product:1"])));
    entries.push(entry("cart:template", hash(&[("count", "0")])));
    entries.push(entry("carts:open", set(["1", "2", "3"])));
    entries
}

/// 100 invoices of eighteen years.
pub(super) fn invoices() -> Vec<Entry> {
    let mut entries = Vec::new();
    for number in 1..=100 {
        let year = 2008 + number % 18;
        let issued = format!(
            "{year}-{:02}-{:02}",
            number * 5 % 12 + 1,
            number * 11 % 28 + 1
        );
        let total = format!("{}.{:02}", number * 37 % 900 + 5, number * 13 % 100);
        let invoice = match number {
            64 => hash(&[
                ("customer", "user:64"),
                ("issued", "last spring"),
                ("total", &total),
            ]),
            71 => hash(&[
                ("customer", "user:71"),
                ("issued", &issued),
                ("total", &total),
                ("hold", "dispute"),
            ]),
            _ => hash(&[
                ("customer", "user:1"),
                ("issued", &issued),
                ("total", &total),
            ]),
        };
        let invoice = entry(format!("invoice:{number}"), invoice);
        entries.push(if number == 90 {
            expiring(invoice, number)
        } else {
            invoice
        });
    }
    entries.push(entry("invoice:next", text("101")));
    entries
}
