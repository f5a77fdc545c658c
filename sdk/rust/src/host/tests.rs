//! The declarations are those of the contract: same functions, same numbers, same memory.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Function, FunctionKind, Resolve, SizeAlign, Type, TypeDefKind, WorldItem};

/// A function as it is declared here.
pub(super) struct Declared {
    pub(super) module: &'static str,
    pub(super) name: &'static str,
    pub(super) parameters: Vec<&'static str>,
    pub(super) returns: Returns,
}

/// How a result comes back.
#[derive(Debug, PartialEq)]
pub(super) enum Returns {
    /// There is none.
    Nothing,
    /// As one number of so many bytes.
    Direct(usize),
    /// Through memory, of this size and alignment.
    Memory(usize, usize),
}

macro_rules! returns {
    () => {
        tests::Returns::Nothing
    };
    (-> $direct:ty) => {
        tests::Returns::Direct(size_of::<<$direct as $crate::abi::Direct>::Core>())
    };
    (=> $memory:ty) => {
        tests::Returns::Memory(
            <$memory as $crate::abi::layout::InMemory>::SIZE,
            <$memory as $crate::abi::layout::InMemory>::ALIGN,
        )
    };
}
pub(super) use returns;

/// The numbers that a kind of parameter becomes: `p` for what is as wide as a pointer.
fn numbers(kind: &str) -> &'static str {
    match kind {
        "u32" | "level" => "i",
        "u64" | "s64" => "l",
        "f64" => "d",
        "bytes" | "text" => "pp",
        "id" => "ll",
        "moment" => "il",
        "kind" | "code" => "ii",
        "place" => "ippii",
        "value" => "ippllpp",
        list if list.starts_with('[') => "pp",
        other => unreachable!("the kind {other} has no numbers"),
    }
}

/// The contract's functions, by module and name.
fn contract() -> (Resolve, BTreeMap<(String, String), Function>) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve
        .push_dir("wit")
        .expect("the contract is in the folder wit");
    let mut functions = BTreeMap::new();
    let package = &resolve.packages[package];
    for world in ["record-transform", "program"] {
        let world = &resolve.worlds[package.worlds[world]];
        for (key, item) in &world.imports {
            let WorldItem::Interface { id, .. } = item else {
                continue;
            };
            let module = resolve.name_world_key(key);
            for function in resolve.interfaces[*id].functions.values() {
                assert_eq!(function.kind, FunctionKind::Freestanding);
                functions.insert((module.clone(), function.name.clone()), function.clone());
            }
        }
    }
    (resolve, functions)
}

#[test]
fn every_declaration_has_the_numbers_of_the_contract() {
    let (resolve, functions) = contract();
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve);
    for declared in super::declared() {
        let name = (declared.module.to_owned(), declared.name.to_owned());
        let function = functions
            .get(&name)
            .unwrap_or_else(|| panic!("{name:?} is not in the contract"));
        let signature = resolve.wasm_signature(AbiVariant::GuestImport, function);
        let mut expected: String = signature
            .params
            .iter()
            .map(|number| letter(*number))
            .collect();
        let returns = match (&function.result, signature.retptr) {
            (None, _) => Returns::Nothing,
            (Some(_), false) => Returns::Direct(if letter(signature.results[0]) == 'l' {
                8
            } else {
                4
            }),
            (Some(result), true) => {
                assert_eq!(expected.pop(), Some('p'));
                Returns::Memory(
                    sizes.size(result).size_wasm64(),
                    sizes.align(result).align_wasm64(),
                )
            }
        };
        let numbers: String = declared
            .parameters
            .iter()
            .map(|kind| numbers(kind))
            .collect();
        assert_eq!(numbers, expected, "{name:?}");
        assert_eq!(declared.returns, returns, "{name:?}");
    }
}

/// A number's letter. In a variant a pointer shares its place with a wide number.
fn letter(number: WasmType) -> char {
    match number {
        WasmType::I32 => 'i',
        WasmType::I64 | WasmType::PointerOrI64 => 'l',
        WasmType::F32 => 'f',
        WasmType::F64 => 'd',
        WasmType::Pointer | WasmType::Length => 'p',
    }
}

#[test]
fn every_function_of_the_contract_is_declared_or_has_a_twin_for_bytes() {
    let (resolve, functions) = contract();
    let declared: BTreeSet<(String, String)> = super::declared()
        .iter()
        .map(|function| (function.module.to_owned(), function.name.to_owned()))
        .collect();
    for ((module, name), function) in &functions {
        let is_declared = |name: &str| declared.contains(&(module.clone(), name.to_owned()));
        let returns_text = function
            .result
            .is_some_and(|result| has_text(&resolve, &result));
        let twin = name.strip_suffix("-text").filter(|_| !returns_text);
        assert!(
            is_declared(name) || twin.is_some_and(is_declared),
            "{module} {name} is missing"
        );
    }
}

/// Says whether a text comes back, apart from that of a refusal.
fn has_text(resolve: &Resolve, result: &Type) -> bool {
    let Type::Id(id) = result else {
        return *result == Type::String;
    };
    match &resolve.types[*id].kind {
        TypeDefKind::Option(inner) | TypeDefKind::List(inner) => has_text(resolve, inner),
        TypeDefKind::Tuple(tuple) => tuple.types.iter().any(|inner| has_text(resolve, inner)),
        TypeDefKind::Result(result) => result.ok.is_some_and(|inner| has_text(resolve, &inner)),
        _ => false,
    }
}
