//! The books that bounds are kept by: what is counted is what is there.

use remold_host_api::{Bytes, HashField};
use serde_json::json;

use super::*;
use crate::infer::tree::Node;

/// Nodes below a node, and places in all of their forms; each form's own count is checked.
fn count(node: &Node) -> (usize, usize) {
    let mut places = 0;
    for (of, form) in node.terminal.iter().flat_map(|terminal| &terminal.forms) {
        assert_eq!(form.places, form.place.count(), "places of {of:?}");
        places += form.places;
    }
    let mut nodes = 0;
    for child in node.children.values() {
        let (below, inside) = count(&child.node);
        nodes += 1 + below;
        places += inside;
    }
    (nodes, places)
}

fn value(random: &mut fastrand::Rng) -> Value {
    let word = |random: &mut fastrand::Rng| -> String {
        (0..random.usize(1..4))
            .map(|_| random.char('a'..='f'))
            .collect()
    };
    if random.bool() {
        let field = |random: &mut fastrand::Rng| HashField {
            name: word(random).into(),
            value: json!({word(random): [1]}).to_string().into(),
            expires_at: None,
        };
        return Value::Hash((0..random.usize(1..5)).map(|_| field(random)).collect());
    }
    let document = json!({word(random): {word(random): word(random)}, "7": [word(random)]});
    Value::Text(Bytes::from(document.to_string()))
}

fn inference(seed: u64, options: Options) -> Inference {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut inference = Inference::new(options);
    for _ in 0..3000 {
        let steps: Vec<String> = (0..random.usize(1..6))
            .map(|_| match random.u8(..3) {
                0 => random.u8(..).to_string(),
                1 => format!("2024-01-{:02}", random.u8(1..29)),
                _ => (0..3).map(|_| random.char('a'..='h')).collect(),
            })
            .collect();
        inference.observe(steps.join(":").as_bytes(), &value(&mut random), None);
    }
    inference
}

#[track_caller]
fn check(inference: &Inference) {
    let (nodes, places) = count(&inference.tree.root);
    assert_eq!(inference.tree.nodes, nodes);
    assert_eq!(inference.options.max_places - inference.budget, places);
    assert!(nodes <= inference.options.max_nodes + 12, "{nodes} nodes");
}

#[test]
fn nodes_and_places_are_counted_as_they_are() {
    let roomy = Options {
        max_places: 1 << 20,
        ..Options::default()
    };
    let tight = Options {
        max_nodes: 200,
        max_children: 16,
        max_members: 20,
        ..roomy
    };
    for seed in 0..3 {
        for options in [roomy, tight] {
            let mut first = inference(seed, options);
            check(&first);
            let second = inference(seed + 100, options);
            first.merge(second);
            check(&first);
        }
    }
}
