//! How a crate becomes a transform: `export!`, and what it calls.

use crate::batch::Batch;
use crate::context;
use crate::host::keyspace;
use crate::record::Record;
use crate::stop::{Result, Stop};

/// Exports functions as a transform.
///
/// | | |
/// |---|---|
/// | `export!(migrate)` | a transform of records |
/// | `export!(migrate, revert)` | one that knows the way back |
/// | `export!(migrate, lookups)` | one that reads other keys |
/// | `export!(migrate, revert, lookups)` | both |
/// | `export!(run)` | a program |
///
/// The names are those of functions in scope. `migrate`, `revert` and `lookups` are each `fn(&Record) -> Result`, called
/// once for each record, or `fn(&Batch) -> Result` or `fn(&Batch)`, called with all records of the batch; `run` is
/// `fn() -> Result`. An error of the first form concerns its record alone, one of the second every record of the batch.
///
/// ```
/// use remold_transform::{Record, Result, export, skip};
///
/// export!(migrate);
///
/// fn migrate(record: &Record) -> Result {
///     let user = record.hash();
///     if user.contains("mail")? {
///         return skip("renamed already");
///     }
///     user.rename("email", "mail")?;
///     Ok(())
/// }
/// ```
#[macro_export]
macro_rules! export {
    (migrate) => {
        $crate::export!(@memory);
        $crate::export!(@migrate);
    };
    (migrate, revert) => {
        $crate::export!(migrate);
        $crate::export!(@revert);
    };
    (migrate, lookups) => {
        $crate::export!(migrate);
        $crate::export!(@lookups);
    };
    (migrate, revert, lookups) => {
        $crate::export!(migrate, revert);
        $crate::export!(@lookups);
    };
    (run) => {
        $crate::export!(@memory);
        const _: () = {
            #[cfg_attr(target_arch = "wasm32", unsafe(export_name = "run"))]
            #[allow(dead_code, reason = "the host calls it")]
            extern "C" fn export() {
                $crate::calls::program(run);
            }
        };
    };

    (@memory) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            #[unsafe(export_name = "cabi_realloc")]
            unsafe extern "C" fn export(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
                // SAFETY: the host calls it by the canonical ABI.
                unsafe { $crate::calls::give_memory(old, old_size, align, size) }
            }
        };
    };
    (@migrate) => { $crate::export!(@records migrate, "migrate"); };
    (@revert) => { $crate::export!(@records revert, "revert"); };
    (@lookups) => { $crate::export!(@records lookups, "lookups"); };
    (@records $function:ident, $name:literal) => {
        const _: () = {
            #[cfg_attr(target_arch = "wasm32", unsafe(export_name = $name))]
            #[allow(dead_code, reason = "the host calls it")]
            extern "C" fn export(count: u32) {
                $crate::calls::records(&$function, count);
            }
        };
    };
    ($($other:tt)*) => {
        compile_error!("export!(migrate), export!(migrate, revert), export!(migrate, lookups), export!(migrate, revert, lookups) or export!(run)");
    };
}

/// The form of a transform that is called for one record.
#[derive(Debug)]
pub struct ForOne;

/// The form of a transform that is called for all records of a batch.
#[derive(Debug)]
pub struct ForAll;

/// The form of a transform that is called for all records of a batch and cannot end early.
#[derive(Debug)]
pub struct ForAllToTheEnd;

/// A function that can be exported. `Form` tells its forms apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no transform",
    label = "a transform is `fn(&Record) -> Result`, `fn(&Batch) -> Result` or `fn(&Batch)`, with the `Result` of remold_transform"
)]
pub trait Transform<Form> {
    /// Transforms a batch.
    fn transform(&self, batch: &Batch);
}

impl<F: Fn(&Record) -> Result> Transform<ForOne> for F {
    fn transform(&self, batch: &Batch) {
        batch.each(self);
    }
}

impl<F: Fn(&Batch) -> Result> Transform<ForAll> for F {
    fn transform(&self, batch: &Batch) {
        if let Err(stop) = self(batch) {
            for record in batch.records() {
                stop.tell(record.number());
            }
        }
    }
}

impl<F: Fn(&Batch)> Transform<ForAllToTheEnd> for F {
    fn transform(&self, batch: &Batch) {
        self(batch);
    }
}

/// Calls a transform for the records `0 .. count`.
pub fn records<Form>(transform: &impl Transform<Form>, count: u32) {
    begin();
    transform.transform(&Batch::of(0, count));
}

/// Calls a program.
pub fn program(run: impl Fn() -> Result) {
    begin();
    match run() {
        Ok(()) => (),
        Err(Stop::Skip { reason }) => keyspace::skip(&reason),
        Err(Stop::Reject { code, message }) => keyspace::reject(&code, &message),
        Err(Stop::Fail {
            code,
            message,
            place,
        }) => keyspace::fail(code, &message, Some(place)),
    }
}

/// Begins a call of the host: its parameters may be others than those of the last one, and it wants to know of a panic.
fn begin() {
    context::forget_parameters();
    #[cfg(target_arch = "wasm32")]
    panic::tell_the_host();
}

#[cfg(target_arch = "wasm32")]
mod panic;
