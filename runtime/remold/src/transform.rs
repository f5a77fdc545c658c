//! A manifest's transform, compiled with what it is granted.

use std::collections::BTreeMap;
use std::sync::Arc;

use remold_host_api::{Capabilities, Grant, Limits, Powers, TransformSource};
use remold_manifest::{RhaiSource as RhaiText, Spec, TransformSpec};
use remold_sandbox_rhai::{RhaiSource, Script};
use remold_sandbox_wasm::WasmSource;

use crate::error::Error;
use crate::machine;

/// The name that a script inside the manifest has in errors.
pub(crate) const INLINE: &str = "transform.rhai";

/// Compiles a transform. `files` are its own; a script inside the manifest needs none.
pub(crate) fn compile(
    spec: &Spec,
    files: &BTreeMap<String, Vec<u8>>,
    capabilities: Capabilities,
) -> Result<Arc<dyn TransformSource>, Error> {
    let limits = Limits::from(&spec.limits);
    if let TransformSpec::Wasm(wasm) = &spec.transform {
        let options = remold_sandbox_wasm::Options {
            limits,
            capabilities,
            cache: machine::code_cache(),
            reuse: wasm.reuse,
        };
        let bytes = files.get(wasm.name()).map_or(&[][..], Vec::as_slice);
        return Ok(Arc::new(WasmSource::load(wasm.name(), bytes, options)?));
    }
    let options = remold_sandbox_rhai::Options {
        limits,
        capabilities,
        memory_probe: machine::memory_probe(),
    };
    let script = script(&spec.transform, files);
    Ok(Arc::new(RhaiSource::compile(&script, options)?))
}

/// Sets what is asked for beside what is granted. The selected keys may be written in any case.
pub(crate) fn capabilities_of(spec: &Spec, asked: Powers, grants: &[Grant]) -> Capabilities {
    let mut granted = Grant::sum(grants);
    if let Some(powers) = &mut granted {
        powers.write.extend(spec.select.patterns());
    }
    Capabilities { asked, granted }
}

/// Makes a script of its files.
fn script(transform: &TransformSpec, files: &BTreeMap<String, Vec<u8>>) -> Script {
    let text = |content: &Vec<u8>| String::from_utf8_lossy(content).into_owned();
    let mut modules: BTreeMap<String, String> = files
        .iter()
        .map(|(name, content)| (name.clone(), text(content)))
        .collect();
    let (file, source) = match transform {
        TransformSpec::Rhai(RhaiText::Source(source)) => (INLINE.to_owned(), Some(source.clone())),
        TransformSpec::Rhai(RhaiText::File(name)) => (name.clone(), None),
        TransformSpec::Uses(name) => (format!("{name}.rhai"), None),
        TransformSpec::Wasm(_) | TransformSpec::Steps(_) => (String::new(), None),
    };
    let filed = modules.remove(&file);
    Script {
        file,
        source: source.or(filed).unwrap_or_default(),
        modules,
    }
}
