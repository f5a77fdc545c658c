//! What others are told of a component: the names of what it imports and exports.

use wasmparser::{Parser, Payload};

use crate::error::{ComponentError, Problem};
use crate::wrap;

/// A component with the names of what it imports and exports.
#[derive(Debug, Clone)]
pub struct Described {
    /// The component; of a core module, the one that is made of it.
    pub component: Vec<u8>,
    /// What it imports, as it is named there: `remold:transform/records@0.1.0`.
    pub imports: Vec<String>,
    /// What it exports.
    pub exports: Vec<String>,
}

impl Described {
    /// Describes a component or core module. `file` is what it is called in errors.
    pub fn of(file: &str, bytes: &[u8]) -> Result<Self, ComponentError> {
        describe(bytes).map_err(|problem| problem.of(file))
    }
}

fn describe(bytes: &[u8]) -> Result<Described, Problem> {
    let component = wrap::component(bytes)?.unwrap_or_else(|| bytes.to_vec());
    let invalid = |error| Problem::new(format!("it is no valid WebAssembly: {error}"));
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    // Components have modules and components inside, whose names are nobody else's.
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(&component) {
        match payload.map_err(invalid)? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    imports.push(import.map_err(invalid)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export.map_err(invalid)?.name.name.to_owned());
                }
            }
            _ => (),
        }
    }
    Ok(Described {
        component,
        imports,
        exports,
    })
}
