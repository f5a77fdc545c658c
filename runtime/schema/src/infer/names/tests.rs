//! Names that are met in the wild, cut.

use super::*;

/// A step as a text: literal pieces as they are, variable ones in angle brackets.
fn shown(key: &[u8]) -> Vec<String> {
    steps(key)
        .map(|step| {
            let edge = Edge::of(step);
            let (mut one, mut other) = (Vec::new(), Vec::new());
            edge.write_name(&mut one);
            write_name(step, &mut other);
            assert_eq!(one, other, "a step and its edge have one name");
            let pieces = edge.pieces.iter().map(|piece| match piece {
                Piece::Literal(text) => text.escape_ascii().to_string(),
                Piece::Variable(kind) => format!("<{kind:?}>"),
            });
            edge.separator.escape_ascii().to_string() + " " + &pieces.collect::<String>()
        })
        .collect()
}

#[track_caller]
fn check(key: &str, expect: &[&str]) {
    assert_eq!(shown(key.as_bytes()), expect, "{key}");
}

#[test]
fn names_are_cut_at_their_separators() {
    check("config", &[" config"]);
    check("user:42", &[" user", ": <Integer>"]);
    check("user:1:profile", &[" user", ": <Integer>", ": profile"]);
    check(
        "order:2024-01-05:77",
        &[" order", ": <Date>", ": <Integer>"],
    );
    check("session:9f86d081", &[" session", ": <Hex>"]);
    check("{user:1}:cart", &["{ user", ": <Integer>", "}: cart"]);
    check("cart:{77}", &[" cart", ":{ <Integer>", "} "]);
    check("cache:page:/a/b", &[" cache", ": page", ": /a/b"]);
    check(
        "cache:page:/user/7/edit",
        &[" cache", ": page", ": /user/<Integer>/edit"],
    );
    check("img/7/large", &[" img", "/ <Integer>", "/ large"]);
    check("app.user.7", &[" app", ". user", ". <Integer>"]);
    check("user_7", &[" user_<Integer>"]);
    check(
        "user-7c9e6679-7425-40de-944b-e07fc1f90ae7-x",
        &[" user-<Uuid>-x"],
    );
    check("day_2024-01-05_7", &[" day_<Date>_<Integer>"]);
    check("a::b", &[" a", ":: b"]);
    check("a:", &[" a", ": "]);
    check("", &[]);
    check("v2:user:7", &[" v2", ": user", ": <Integer>"]);
}

#[test]
fn hostile_names_are_cut_in_bounded_steps() {
    let colons = vec![b':'; 100_000];
    assert!(shown(&colons).len() <= MOST_STEPS);
    let many = "a:".repeat(100_000);
    let steps: Vec<_> = steps(many.as_bytes()).collect();
    assert_eq!(steps.len(), MOST_STEPS);
    assert!(steps[MOST_STEPS - 1].rest);
    assert_eq!(shown(&"1_".repeat(1000).into_bytes()), [" <Text>"]);
    assert_eq!(shown(b"\xff\xfe:\x00"), [" <Text>", ": <Text>"]);
    assert_eq!(shown("1_".repeat(20).as_bytes()).len(), 1);
}

#[test]
fn steps_put_together_are_the_name() {
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..20_000 {
        let key: Vec<u8> = (0..random.usize(0..40))
            .map(|_| *random.choice(b":{}/_-17af\xff").expect("some"))
            .collect();
        let joined: Vec<u8> = steps(&key)
            .flat_map(|step| [step.separator, step.segment].concat())
            .collect();
        assert_eq!(joined, key);
        shown(&key);
    }
}
