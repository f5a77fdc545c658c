//! Modules that are made to be hard to compile: each is compiled or refused, in time that grows with its bytes alone.

use remold_host_api::TransformSource;

use super::support::{load, options};

/// Writes a number as WebAssembly does, LEB128.
fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).unwrap();
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// Makes a module whose functions have these bodies, without their length; the first is `migrate`.
fn module(bodies: &[Vec<u8>]) -> Vec<u8> {
    let section = |id: u8, content: &[u8]| [&[id][..], &number(content.len()), content].concat();
    let count = number(bodies.len());
    let code: Vec<u8> = bodies
        .iter()
        .flat_map(|body| [number(body.len()), body.clone()].concat())
        .collect();
    [
        &b"\0asm\x01\0\0\0"[..],
        &section(1, b"\x01\x60\x01\x7f\x00"),
        &section(3, &[&count[..], &vec![0; bodies.len()]].concat()),
        &section(5, b"\x01\x00\x01"),
        &section(7, b"\x02\x07migrate\x00\x00\x06memory\x02\x00"),
        &section(10, &[count, code].concat()),
    ]
    .concat()
}

/// Makes a body without locals.
fn body(code: &[u8]) -> Vec<u8> {
    [&[0][..], code, &[0x0b]].concat()
}

fn compiles(bodies: &[Vec<u8>]) {
    let source = load(&module(bodies), options()).unwrap_or_else(|error| panic!("{error}"));
    assert!(source.exports().migrate);
}

#[test]
fn blocks_that_are_nested_thirty_thousand_deep_are_compiled() {
    let depth = 30_000;
    compiles(&[body(&[[2, 0x40].repeat(depth), vec![0x0b; depth]].concat())]);
}

#[test]
fn a_function_of_half_a_million_instructions_is_compiled() {
    compiles(&[body(&[0x41, 1, 0x1a].repeat(200_000))]);
}

#[test]
fn three_thousand_functions_are_compiled() {
    let mut bodies = vec![body(&[])];
    bodies.extend((0..3_000).map(|_| body(&[0x41, 1, 0x1a].repeat(5))));
    compiles(&bodies);
}

#[test]
fn a_function_of_too_many_locals_is_refused() {
    let locals = [&number(1)[..], &number(60_000), &[0x7f, 0x0b]].concat();
    let error = load(&module(&[locals]), options())
        .err()
        .expect("it is refused");
    assert!(error.message.contains("too many locals"), "{error}");
}

#[test]
fn a_function_that_is_too_long_is_refused() {
    let error = load(&module(&[body(&[0x01].repeat(8_000_000))]), options())
        .err()
        .expect("it is refused");
    assert!(error.message.contains("size"), "{error}");
}
