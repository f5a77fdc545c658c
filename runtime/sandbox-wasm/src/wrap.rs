//! Components out of plain core modules, so that languages that make these need no further tool.

use remold_host_api::wit;
use wasmparser::{ExternalKind, Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{PackageId, Resolve, UnresolvedPackageGroup};

use crate::error::Problem;

/// What serves a module that asks for WASI preview 1.
pub(crate) const PREVIEW1: &str = include_str!("wasi_preview1.wat");

/// The name of the custom section in which binding generators leave the world that a module was made for.
const METADATA: &str = "component-type";

/// Makes a component of a core module; a component stays as it is.
pub(crate) fn component(bytes: &[u8]) -> Result<Option<Vec<u8>>, Problem> {
    if Parser::is_component(bytes) {
        return Ok(None);
    }
    if !Parser::is_core_wasm(bytes) {
        return Err(Problem::with_hint(
            "it is no WebAssembly",
            "a component or a core module is needed, in the binary format",
        ));
    }
    let mut module = bytes.to_vec();
    let (resolve, package) = contract()?;
    let shape = Shape::of(bytes)?;
    if !shape.has_metadata {
        embed(&mut module, &resolve, package, shape.world()?)?;
    }
    let mut encoder = ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .map_err(|error| not_wrapped(&error))?;
    if shape.wants_preview1 {
        encoder = encoder
            .adapter("wasi_snapshot_preview1", &adapter(&resolve, package)?)
            .map_err(|error| not_wrapped(&error))?;
    }
    encoder
        .encode()
        .map(Some)
        .map_err(|error| not_wrapped(&error))
}

fn not_wrapped<E: std::fmt::Display>(error: &E) -> Problem {
    Problem::with_hint(
        format!("the core module does not fit the contract: {error:#}"),
        "it imports functions of remold:transform by the canonical ABI, and exports memory, cabi_realloc and migrate, or run",
    )
}

/// Reads the contract that this crate was made with.
fn contract() -> Result<(Resolve, PackageId), Problem> {
    let mut resolve = Resolve::default();
    let mut sources = wit_parser::SourceMap::default();
    for (name, text) in wit::FILES {
        sources.push_str(name, *text);
    }
    let group: UnresolvedPackageGroup = sources
        .parse()
        .map_err(|_| Problem::new("the contract does not parse"))?;
    let package = resolve
        .push_group(group)
        .map_err(|error| Problem::new(format!("{error:#}")))?;
    Ok((resolve, package))
}

/// Makes the module that serves WASI preview 1.
fn adapter(resolve: &Resolve, package: PackageId) -> Result<Vec<u8>, Problem> {
    let module = wat::parse_str(PREVIEW1);
    let mut module = module.map_err(|error| Problem::new(format!("the adapter: {error}")))?;
    embed(&mut module, resolve, package, "host-of-records")?;
    Ok(module)
}

/// Leaves in a module for which world it was made.
fn embed(
    module: &mut Vec<u8>,
    resolve: &Resolve,
    package: PackageId,
    world: &str,
) -> Result<(), Problem> {
    let id = resolve.packages[package].worlds.get(world);
    let id = id.ok_or_else(|| Problem::new(format!("there is no world {world}")))?;
    embed_component_metadata(module, resolve, *id, StringEncoding::UTF8)
        .map_err(|error| Problem::new(format!("{error:#}")))
}

/// What is to be known of a core module before it is wrapped.
#[derive(Debug, Default)]
struct Shape {
    exports: Vec<String>,
    has_metadata: bool,
    wants_preview1: bool,
}

impl Shape {
    fn of(bytes: &[u8]) -> Result<Self, Problem> {
        let mut shape = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            let invalid = |error| Problem::new(format!("it is no valid WebAssembly: {error}"));
            match payload.map_err(invalid)? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let module = import.map_err(invalid)?.module;
                        shape.wants_preview1 |= module == "wasi_snapshot_preview1";
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export.map_err(invalid)?;
                        if export.kind == ExternalKind::Func {
                            shape.exports.push(export.name.to_owned());
                        }
                    }
                }
                Payload::CustomSection(section) => {
                    shape.has_metadata |= section.name().starts_with(METADATA);
                }
                _ => (),
            }
        }
        Ok(shape)
    }

    /// Finds the world that has what the module exports.
    fn world(&self) -> Result<&'static str, Problem> {
        let exports = |name: &str| self.exports.iter().any(|export| export == name);
        Ok(match (exports("migrate"), exports("run")) {
            (true, true) => {
                return Err(Problem::new(
                    "it exports both migrate and run: it is a transform of records or a program",
                ));
            }
            (false, false) => {
                return Err(Problem::with_hint(
                    "it exports neither migrate nor run",
                    "export a function `migrate` with one parameter, the number of records, or `run` for a program",
                ));
            }
            (false, true) => "program",
            (true, false) => match (exports("revert"), exports("lookups")) {
                (false, false) => "record-transform",
                (true, false) => "record-transform-with-revert",
                (false, true) => "record-transform-with-lookups",
                (true, true) => "record-transform-with-revert-and-lookups",
            },
        })
    }
}
