//! Components in OCI registries: pulled, pushed, and their signatures verified.
//!
//! [`Registries`] is what the machine says of them: where credentials are, which registry speaks plain HTTP, where the cache is.
//! [`Registries::pull`] gets a component by the digest of its manifest, [`Registries::push`] stores one,
//! [`Registries::resolve`] asks which digest a tag has at present. A [`PublicKey`] verifies signatures in both of cosign's
//! formats.
//!
//! # What is believed
//!
//! Of a registry nothing but bytes that have the digest they must have: the manifest has the digest that was asked for, the
//! component the digest and the size that the manifest says. The same holds for the cache, so that nobody gains by writing
//! it. Every answer is read to a limit. Credentials go to the registry alone, and to the server of tokens that it names:
//! never over plain HTTP when the registry itself has TLS, never along a redirection.
//!
//! # What it is not
//!
//! A client for images: one manifest, one layer, one component. It does not ask transparency logs or certificate authorities;
//! a signature is good if the key made it.

mod artifact;
mod cache;
mod client;
mod credentials;
mod digest;
mod error;
mod key;
mod pull;
mod push;
mod registries;
mod signature;

pub use artifact::{Component, MAX_COMPONENT_BYTES};
pub use error::{ArtifactError, Problem};
pub use key::PublicKey;
pub use pull::Pulled;
pub use push::{Pushed, Upload};
pub use registries::Registries;
pub use remold_manifest::{ArtifactReference, ContentDigest, InvalidReference};
