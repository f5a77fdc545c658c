//! How a function of the host is declared: with kinds of parameters that say both the Rust type and the numbers that the
//! canonical ABI makes of it.
//!
//! `-> T` is a result that is one number, `=> T` one that the host writes to memory.

/// Declares the functions of interfaces.
macro_rules! host {
    ($(
        interface $interface:ident = $module:literal {
            $($(#[$attribute:meta])* fn $name:ident = $wit:literal ($($parameter:ident: $kind:tt),*) $(-> $direct:ty)? $(=> $memory:ty)?;)*
        }
    )*) => {
        $(pub(crate) mod $interface {
            #[allow(clippy::wildcard_imports, unused_imports, reason = "the types that the declarations name")]
            use super::*;

            $(
                #[cfg(target_arch = "wasm32")]
                #[inline]
                pub(crate) fn $name($($parameter: rust!($kind)),*) -> result!($($direct)? $($memory)?) {
                    import!([$module, $wit] [$(-> $direct)? $(=> $memory)?] [] [] $($parameter: $kind,)*)
                }

                #[cfg(not(target_arch = "wasm32"))]
                $(#[$attribute])*
                pub(crate) fn $name($($parameter: rust!($kind)),*) -> result!($($direct)? $($memory)?) {
                    crate::stand_in::$interface::$name($($parameter),*)
                }
            )*
        })*

        /// Lists what is declared, to hold it against the contract.
        #[cfg(test)]
        fn declared() -> Vec<tests::Declared> {
            vec![$($(tests::Declared {
                module: $module,
                name: $wit,
                parameters: vec![$(stringify!($kind)),*],
                returns: tests::returns!($(-> $direct)? $(=> $memory)?),
            }),*),*]
        }
    };
}
pub(super) use host;

/// The Rust type of a kind of parameter.
macro_rules! rust {
    (s64) => { i64 };
    (bytes) => { &[u8] };
    (text) => { &str };
    (moment) => { Option<u64> };
    (id) => { StreamId };
    (kind) => { Option<Kind> };
    (code) => { Option<Code> };
    (level) => { Level };
    (place) => { Option<&Location<'_>> };
    (value) => { Whole<'_> };
    ([$item:ty]) => { List<$item> };
    ($number:ident) => { $number };
}
pub(super) use rust;

/// The type of a result.
macro_rules! result {
    () => {
        ()
    };
    ($result:ty) => {
        $result
    };
}
pub(super) use result;

/// Imports a function and calls it, once each parameter has become its numbers.
#[cfg(target_arch = "wasm32")]
macro_rules! import {
    ([$module:literal, $wit:literal] [] [$($core:ty,)*] [$($call:expr,)*]) => {{
        #[link(wasm_import_module = $module)]
        unsafe extern "C" {
            #[link_name = $wit]
            fn import($(_: $core),*);
        }
        // SAFETY: the parameters are those of the canonical ABI; what they point to lives until the end of the call.
        unsafe { import($($call),*) }
    }};
    ([$module:literal, $wit:literal] [-> $direct:ty] [$($core:ty,)*] [$($call:expr,)*]) => {{
        #[link(wasm_import_module = $module)]
        unsafe extern "C" {
            #[link_name = $wit]
            fn import($(_: $core),*) -> <$direct as $crate::abi::Direct>::Core;
        }
        // SAFETY: as above.
        $crate::abi::Direct::of(unsafe { import($($call),*) })
    }};
    ([$module:literal, $wit:literal] [=> $memory:ty] [$($core:ty,)*] [$($call:expr,)*]) => {{
        #[link(wasm_import_module = $module)]
        unsafe extern "C" {
            #[link_name = $wit]
            fn import($(_: $core,)* at: *mut u8);
        }
        // SAFETY: as above, and the host writes the result to where it is told.
        unsafe { $crate::abi::returned::<$memory>(|at| import($($call,)* at)) }
    }};

    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: u32, $($rest:tt)*) => {
        import!($f $r [$($core)* u32,] [$($call)* $p,] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: u64, $($rest:tt)*) => {
        import!($f $r [$($core)* u64,] [$($call)* $p,] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: s64, $($rest:tt)*) => {
        import!($f $r [$($core)* i64,] [$($call)* $p,] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: f64, $($rest:tt)*) => {
        import!($f $r [$($core)* f64,] [$($call)* $p,] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: level, $($rest:tt)*) => {
        import!($f $r [$($core)* u32,] [$($call)* $p as u32,] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: bytes, $($rest:tt)*) => {
        import!($f $r [$($core)* *const u8, usize,] [$($call)* $p.as_ptr(), $p.len(),] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: text, $($rest:tt)*) => {
        import!($f $r [$($core)* *const u8, usize,] [$($call)* $p.as_ptr(), $p.len(),] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: [$item:ty], $($rest:tt)*) => {
        import!($f $r [$($core)* usize, usize,] [$($call)* $p.at, $p.length,] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: id, $($rest:tt)*) => {
        import!($f $r [$($core)* u64, u64,] [$($call)* $p.ms, $p.seq,] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: moment, $($rest:tt)*) => {
        import!($f $r [$($core)* u32, u64,] [$($call)* u32::from($p.is_some()), $p.unwrap_or(0),] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: kind, $($rest:tt)*) => {
        import!($f $r [$($core)* u32, u32,] [$($call)* u32::from($p.is_some()), $p.map_or(0, |kind| kind as u32),] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: code, $($rest:tt)*) => {
        import!($f $r [$($core)* u32, u32,] [$($call)* u32::from($p.is_some()), $p.map_or(0, |code| code as u32),] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: place, $($rest:tt)*) => {
        import!($f $r [$($core)* u32, *const u8, usize, u32, u32,] [
            $($call)*
            u32::from($p.is_some()),
            $p.map_or(std::ptr::null(), |place| place.file().as_ptr()),
            $p.map_or(0, |place| place.file().len()),
            $p.map_or(0, Location::line),
            $p.map_or(0, Location::column),
        ] $($rest)*)
    };
    ($f:tt $r:tt [$($core:tt)*] [$($call:tt)*] $p:ident: value, $($rest:tt)*) => {
        import!($f $r [$($core)* u32, usize, usize, u64, u64, usize, usize,] [
            $($call)*
            $p.kind, $p.words.0, $p.words.1, $p.wide.0, $p.wide.1, $p.last.0, $p.last.1,
        ] $($rest)*)
    };
}
#[cfg(target_arch = "wasm32")]
pub(super) use import;
