//! The engine that all components of a process share, and the clock that interrupts guests.

use std::sync::OnceLock;
use std::time::Duration;

use wasmtime::{Config, Engine, OptLevel};

use crate::error::Problem;

/// How often guests can be interrupted.
const TICK: Duration = Duration::from_millis(5);

/// Stack of a guest, bytes.
pub(crate) const GUEST_STACK: usize = 512 << 10;

static ENGINE: OnceLock<Result<Engine, String>> = OnceLock::new();

/// Returns the engine; starts it and its clock if it is the first call.
pub(crate) fn engine() -> Result<&'static Engine, Problem> {
    let engine = ENGINE.get_or_init(|| start().map_err(|error| format!("{error:#}")));
    engine
        .as_ref()
        .map_err(|error| Problem::new(format!("the engine does not start: {error}")))
}

fn start() -> wasmtime::Result<Engine> {
    let engine = Engine::new(&config())?;
    let ticking = engine.clone();
    std::thread::Builder::new()
        .name("epochs".to_owned())
        .spawn(move || {
            loop {
                std::thread::sleep(TICK);
                ticking.increment_epoch();
            }
        })?;
    Ok(engine)
}

fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(GUEST_STACK)
        .cranelift_opt_level(OptLevel::Speed)
        // The same on every machine: a dry run, the run and a replay agree.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .wasm_memory64(false)
        .wasm_backtrace_details(wasmtime::WasmBacktraceDetails::Enable);
    config
}
