//! A component that was compiled once.

use std::path::PathBuf;
use std::sync::Arc;

use remold_host_api::functions::HostFunction;
use remold_host_api::{Capabilities, Exports, Failure, Limits, Transform, TransformSource};
use wasmtime::component::{Component, InstancePre, Linker};

use crate::cache::Cache;
use crate::contract;
use crate::engine::engine;
use crate::error::{ComponentError, Problem};
use crate::host;
use crate::instance::Instance;
use crate::session::Session;
use crate::wasi;
use crate::wrap;

/// The largest component, bytes: compiling has no limit of its own.
const MAX_BYTES: usize = 128 << 20;

/// What a component gets.
#[derive(Debug, Clone)]
pub struct Options {
    /// What one call may use.
    pub limits: Limits,
    /// What was granted.
    pub capabilities: Capabilities,
    /// The folder in which compiled code is kept; none compiles anew each time. It must belong to this user alone.
    pub cache: Option<PathBuf>,
    /// How many batches an instance serves before it is replaced; 1 gives each batch one of its own.
    pub reuse: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            capabilities: Capabilities::default(),
            cache: None,
            reuse: 1000,
        }
    }
}

/// A compiled component, from which each worker makes its instance.
#[derive(Clone)]
pub struct WasmSource(Arc<Compiled>);

/// What all instances of a component share.
pub(crate) struct Compiled {
    pub(crate) pre: InstancePre<Session>,
    pub(crate) options: Options,
    pub(crate) exports: Exports,
    imports: Vec<&'static HostFunction>,
}

impl WasmSource {
    /// Compiles a component or core module, or loads it compiled, and holds it against the contract. `file` is what it
    /// is called in errors.
    pub fn load(file: &str, bytes: &[u8], options: Options) -> Result<Self, ComponentError> {
        load(bytes, options)
            .map(|compiled| Self(Arc::new(compiled)))
            .map_err(|problem| problem.of(file))
    }
}

fn load(bytes: &[u8], options: Options) -> Result<Compiled, Problem> {
    if bytes.len() > MAX_BYTES {
        return Err(Problem::with_hint(
            format!("it has {} bytes, the limit is {MAX_BYTES}", bytes.len()),
            "strip it of debugging information, or leave out what it does not use",
        ));
    }
    let engine = engine()?;
    let cache = options.cache.as_deref().and_then(Cache::open);
    let cached = cache.as_ref().and_then(|cache| cache.load(engine, bytes));
    let component = match cached {
        Some(component) => component,
        None => {
            let wrapped = wrap::component(bytes)?;
            let binary = wrapped.as_deref().unwrap_or(bytes);
            let component = Component::from_binary(engine, binary)
                .map_err(|error| Problem::new(format!("it does not compile: {error:#}")))?;
            if let Some(cache) = &cache {
                cache.store(engine, bytes, &component);
            }
            component
        }
    };
    let exports = contract::check(engine, &component)?;
    let mut linker = Linker::new(engine);
    let unlinked = |error: wasmtime::Error| {
        Problem::with_hint(
            format!("it does not fit the contract: {error:#}"),
            "build it against the WIT package of this version",
        )
    };
    host::link(&mut linker).map_err(unlinked)?;
    wasi::link(&mut linker, engine, &component).map_err(unlinked)?;
    let pre = linker.instantiate_pre(&component).map_err(unlinked)?;
    Ok(Compiled {
        pre,
        options,
        exports,
        imports: contract::host_functions(engine, &component),
    })
}

impl TransformSource for WasmSource {
    fn exports(&self) -> Exports {
        self.0.exports
    }

    fn calls(&self) -> Vec<&'static HostFunction> {
        self.0.imports.clone()
    }

    fn instantiate(&self) -> Result<Box<dyn Transform>, Failure> {
        Ok(Box::new(Instance::new(Arc::clone(&self.0))))
    }
}
