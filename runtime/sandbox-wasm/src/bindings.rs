//! The WIT package as Rust traits and types, made from its files when this crate is compiled.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::pedantic,
    clippy::use_self,
    clippy::allow_attributes_without_reason,
    unused_lifetimes,
    elided_lifetimes_in_paths,
    reason = "this is generated code"
)]

wasmtime::component::bindgen!({
    path: "../../host-api/wit",
    world: "program",
    imports: {
        default: trappable,
    },
    trappable_error_type: {
        "remold:transform/types.host-error" => crate::fault::Fault,
    },
    require_store_data_send: true,
});

pub use remold::transform::*;
