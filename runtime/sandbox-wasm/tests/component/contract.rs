//! What fits the contract, and what is said of that which does not.

use remold_host_api::{Exports, TransformSource};
use remold_sandbox_wasm::Described;

use super::support::{for_each, load, module, options};

fn refused(bytes: &[u8]) -> (String, String) {
    let error = load(bytes, options()).err().expect("it does not fit");
    (error.message, error.hint.unwrap_or_default())
}

fn core(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[test]
fn exports_say_what_a_component_is() {
    let exports = |bytes: &[u8]| load(bytes, options()).unwrap().exports();
    let record = exports(&for_each("", ""));
    assert_eq!(
        record,
        Exports {
            migrate: true,
            ..Exports::default()
        }
    );
    let both = exports(&for_each(
        "",
        r#"(func (export "revert") (param i32)) (func (export "lookups") (param i32))"#,
    ));
    assert!(both.migrate && both.revert && both.lookups && !both.run);
    let program = exports(&core(
        r#"(module (memory (export "memory") 1) (func (export "run")))"#,
    ));
    assert_eq!(
        program,
        Exports {
            run: true,
            ..Exports::default()
        }
    );
}

#[test]
fn others_are_told_what_a_component_imports_and_exports() {
    let module = core(
        r#"(module
             (import "remold:transform/texts@0.1.0" "get" (func (param i32 i32)))
             (memory (export "memory") 1)
             (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
             (func (export "migrate") (param i32))
             (func (export "revert") (param i32)))"#,
    );
    let described = Described::of("a.wasm", &module).unwrap();
    // The names of the module inside are nobody else's.
    assert!(
        described
            .imports
            .contains(&"remold:transform/texts@0.1.0".to_owned()),
        "{:?}",
        described.imports
    );
    let mut exports = described.exports.clone();
    exports.sort();
    assert_eq!(exports, ["migrate", "revert"]);
    // What was made of it is a component, and stays as it is.
    let again = Described::of("a.wasm", &described.component).unwrap();
    assert_eq!(again.component, described.component);
    assert_eq!(again.imports, described.imports);
    Described::of("a.wasm", b"nothing").expect_err("it is no WebAssembly");
}

#[test]
fn a_module_without_an_entry_is_refused() {
    let (message, hint) = refused(&core("(module)"));
    assert_eq!(message, "it exports neither migrate nor run");
    assert!(hint.contains("migrate"), "{hint}");
}

#[test]
fn both_entries_are_refused() {
    let both = core(r#"(module (func (export "run")) (func (export "migrate") (param i32)))"#);
    assert!(refused(&both).0.contains("both migrate and run"));
}

#[test]
fn exports_of_another_type_are_refused() {
    for wrong in [
        r#"(func (export "migrate"))"#,
        r#"(func (export "migrate") (param i64))"#,
        r#"(func (export "migrate") (param i32) (result i32) (i32.const 0))"#,
        r#"(func (export "migrate") (param i32 i32))"#,
        r#"(global (export "migrate") i32 (i32.const 0))"#,
    ] {
        let bytes = core(&format!("(module (memory (export \"memory\") 1) {wrong})"));
        assert!(load(&bytes, options()).is_err(), "{wrong}");
    }
    let component = core(
        r#"(component
             (core module $m (func (export "f") (result i32) (i32.const 0)))
             (core instance $i (instantiate $m))
             (func (export "migrate") (result u32) (canon lift (core func $i "f"))))"#,
    );
    let (message, _) = refused(&component);
    assert!(
        message.contains("migrate is func() -> (u32), and not func(count: u32)"),
        "{message}"
    );
}

#[test]
fn imports_that_nobody_offers_are_refused() {
    for import in [
        r#"(import "env" "abort" (func (param i32 i32 i32 i32)))"#,
        r#"(import "remold:transform/records@0.1.0" "explode" (func))"#,
        r#"(import "remold:transform/nothing@0.1.0" "x" (func))"#,
        r#"(import "remold:transform/records@0.1.0" "size" (func (param i32) (result i32)))"#,
    ] {
        let bytes = core(&format!(
            r#"(module {import} (memory (export "memory") 1) (func (export "migrate") (param i32)))"#
        ));
        let (message, hint) = refused(&bytes);
        assert!(!message.is_empty() && !hint.is_empty(), "{message} {hint}");
    }
    let (message, _) = refused(&core(
        r#"(component
             (import "acme:net/socket@1.0.0" (instance))
             (core module $m (func (export "f") (param i32)))
             (core instance $i (instantiate $m))
             (func (export "migrate") (param "count" u32) (canon lift (core func $i "f"))))"#,
    ));
    assert!(message.contains("acme:net/socket@1.0.0"), "{message}");
}

fn of_version(version: &str) -> Vec<u8> {
    core(&format!(
        r#"(component
             (import "remold:transform/records@{version}" (instance
               (export "size" (func (param "i" u32) (result u64)))))
             (core module $m (func (export "f") (param i32)))
             (core instance $i (instantiate $m))
             (func (export "migrate") (param "count" u32) (canon lift (core func $i "f"))))"#
    ))
}

#[test]
fn an_unknown_version_is_refused_with_both_versions_named() {
    assert!(load(&of_version("0.1.0"), options()).is_ok());
    for version in ["0.2.0", "1.0.0", "0.1.7"] {
        let (message, hint) = refused(&of_version(version));
        assert!(
            message.contains(&format!("remold:transform@{version}")),
            "{message}"
        );
        assert!(message.contains("remold:transform@0.1.0"), "{message}");
        assert!(!hint.is_empty());
    }
}

#[test]
fn a_transform_of_records_has_no_keyspace() {
    let bytes = core(
        r#"(component
             (import "remold:transform/keyspace@0.1.0" (instance
               (export "skip" (func (param "reason" string)))))
             (core module $m (func (export "f") (param i32)))
             (core instance $i (instantiate $m))
             (func (export "migrate") (param "count" u32) (canon lift (core func $i "f"))))"#,
    );
    let (message, hint) = refused(&bytes);
    assert!(message.contains("keyspace"), "{message}");
    assert!(hint.contains("`run`"), "{hint}");
}

#[test]
fn a_module_that_lacks_its_allocator_is_told_so() {
    let bytes = core(
        r#"(module
             (import "remold:transform/texts@0.1.0" "get" (func (param i32 i32)))
             (memory (export "memory") 1)
             (func (export "migrate") (param i32)))"#,
    );
    let (_, hint) = refused(&bytes);
    assert!(hint.contains("cabi_realloc"), "{hint}");
    let _ = module("(func (export \"migrate\") (param i32))");
}

#[test]
fn the_functions_that_a_component_imports_are_told() {
    let called = |module: &[u8]| -> Vec<&'static str> {
        let source = load(module, options()).unwrap();
        source
            .calls()
            .iter()
            .map(|function| function.name)
            .collect()
    };
    let names = called(&for_each("", ""));
    assert!(!names.contains(&"record.remove"), "{names:?}");
    let removing = core(
        r#"(module
             (import "remold:transform/records@0.1.0" "remove" (func (param i32 i32 i32 i32)))
             (memory (export "memory") 1)
             (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
             (func (export "migrate") (param i32)))"#,
    );
    assert!(called(&removing).contains(&"record.remove"));
}
