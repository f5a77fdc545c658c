//! What the runtimes of languages ask of WASI preview 2 when a component starts: no arguments, no environment, no files, no
//! sockets; the run's frozen clock, which goes on by a microsecond a look; random bytes from the run's seed; what is printed goes
//! to the log. Every other function is there and ends the call.

use remold_host_api::FailureReason;
use wasmtime::component::types::{ComponentFunc, ComponentInstance, ComponentItem};
use wasmtime::component::{Component, Linker, LinkerInstance, Resource, ResourceType, Val};
use wasmtime::{Engine, Error, StoreContextMut};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::session::Session;

/// A microsecond.
const STEP: u64 = 1000;

/// How much may be printed at once, bytes.
const WRITABLE: u64 = 4096;

/// Stands for every resource of WASI: they hold nothing.
struct Nothing;

/// Offers what a component imports of WASI.
pub(crate) fn link(
    linker: &mut Linker<Session>,
    engine: &Engine,
    component: &Component,
) -> wasmtime::Result<()> {
    for (name, item) in component.component_type().imports(engine) {
        if let (true, ComponentItem::ComponentInstance(interface)) =
            (name.starts_with("wasi:"), item.ty)
        {
            let mut instance = linker.instance(name)?;
            link_interface(&mut instance, engine, name, &interface)?;
        }
    }
    Ok(())
}

fn link_interface(
    instance: &mut LinkerInstance<'_, Session>,
    engine: &Engine,
    interface: &str,
    exports: &ComponentInstance,
) -> wasmtime::Result<()> {
    let short = interface.split('@').next().unwrap_or(interface).to_owned();
    for (name, item) in exports.exports(engine) {
        match item.ty {
            ComponentItem::Resource(_) => {
                instance.resource(name, ResourceType::host::<Nothing>(), |_, _| Ok(()))?;
            }
            ComponentItem::ComponentFunc(_) => {
                let path = format!("{short}#{name}");
                instance.func_new(name, move |store, function, parameters, results| {
                    answer(store, &path, &function, parameters, results)
                })?;
            }
            _ => (),
        }
    }
    Ok(())
}

fn answer(
    mut store: StoreContextMut<'_, Session>,
    path: &str,
    function: &ComponentFunc,
    parameters: &[Val],
    results: &mut [Val],
) -> wasmtime::Result<()> {
    store.data_mut().charge(0)?;
    let value = match path {
        "wasi:cli/environment#get-environment"
        | "wasi:cli/environment#get-arguments"
        | "wasi:filesystem/preopens#get-directories" => Val::List(Vec::new()),
        "wasi:cli/environment#initial-cwd"
        | "wasi:cli/terminal-stdin#get-terminal-stdin"
        | "wasi:cli/terminal-stdout#get-terminal-stdout"
        | "wasi:cli/terminal-stderr#get-terminal-stderr" => Val::Option(None),
        "wasi:cli/stdin#get-stdin"
        | "wasi:cli/stdout#get-stdout"
        | "wasi:cli/stderr#get-stderr"
        | "wasi:io/streams#[method]output-stream.subscribe"
        | "wasi:io/streams#[method]input-stream.subscribe" => {
            let handle = Resource::<Nothing>::new_own(0);
            Val::Resource(handle.try_into_resource_any(&mut store)?)
        }
        "wasi:io/streams#[method]output-stream.check-write" => {
            Val::Result(Ok(Some(Box::new(Val::U64(WRITABLE)))))
        }
        "wasi:io/streams#[method]output-stream.write"
        | "wasi:io/streams#[method]output-stream.blocking-write-and-flush" => {
            store.data_mut().print(&bytes(parameters.get(1)))?;
            Val::Result(Ok(None))
        }
        "wasi:io/streams#[method]output-stream.flush"
        | "wasi:io/streams#[method]output-stream.blocking-flush" => Val::Result(Ok(None)),
        "wasi:io/poll#[method]pollable.block" => return Ok(()),
        "wasi:io/poll#[method]pollable.ready" => Val::Bool(true),
        "wasi:clocks/monotonic-clock#now" => Val::U64(ticks(store.data_mut())),
        "wasi:clocks/monotonic-clock#resolution" => Val::U64(STEP),
        "wasi:clocks/wall-clock#now" => {
            let session = store.data_mut();
            let passed = ticks(session);
            let now = session.now_ms;
            let nanoseconds = (now % 1000) * 1_000_000 + passed % 1_000_000;
            datetime(now / 1000, u32::try_from(nanoseconds).unwrap_or(0))
        }
        "wasi:clocks/wall-clock#resolution" => datetime(0, 1000),
        "wasi:random/random#get-random-bytes"
        | "wasi:random/insecure#get-insecure-random-bytes" => {
            let Some(Val::U64(length)) = parameters.first() else {
                return Err(not_offered(&mut store, path));
            };
            random_bytes(store.data_mut(), *length)?
        }
        "wasi:random/random#get-random-u64" | "wasi:random/insecure#get-insecure-random-u64" => {
            Val::U64(draw(store.data_mut()))
        }
        "wasi:random/insecure-seed#insecure-seed" => {
            let session = store.data_mut();
            Val::Tuple(vec![Val::U64(draw(session)), Val::U64(draw(session))])
        }
        _ => return Err(not_offered(&mut store, path)),
    };
    let fits = function.results().count() == 1 && results.len() == 1;
    match results.first_mut().filter(|_| fits) {
        Some(result) => {
            *result = value;
            Ok(())
        }
        None => Err(not_offered(&mut store, path)),
    }
}

fn not_offered(store: &mut StoreContextMut<'_, Session>, path: &str) -> Error {
    let message =
        format!("{path} was called: a transform has no files, no sockets and no processes");
    store.data_mut().end_call(FailureReason::Denied, message)
}

fn bytes(value: Option<&Val>) -> Vec<u8> {
    let Some(Val::List(items)) = value else {
        return Vec::new();
    };
    let byte = |item: &Val| match item {
        Val::U8(byte) => Some(*byte),
        _ => None,
    };
    items.iter().filter_map(byte).collect()
}

fn datetime(seconds: u64, nanoseconds: u32) -> Val {
    Val::Record(vec![
        ("seconds".to_owned(), Val::U64(seconds)),
        ("nanoseconds".to_owned(), Val::U32(nanoseconds)),
    ])
}

/// Returns how long the clock has gone on since the run's frozen time, nanoseconds.
const fn ticks(session: &mut Session) -> u64 {
    session.ticks += STEP;
    session.ticks
}

fn draw(session: &mut Session) -> u64 {
    session.ticks += 1;
    xxh3_64_with_seed(&session.ticks.to_le_bytes(), session.seed)
}

fn random_bytes(session: &mut Session, length: u64) -> wasmtime::Result<Val> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    session.write_loose(length)?;
    let bytes = (0..length).map(|_| Val::U8(draw(session).to_le_bytes()[0]));
    Ok(Val::List(bytes.collect()))
}
