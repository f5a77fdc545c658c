//! The run: outcomes, clock, log, and what a caught error tells.

use super::Type::{Bytes, Data, Integer, Outcome, Text, Unit};
use super::{Form, HostFunction, Interface, Parameter, rows};

pub(super) const FUNCTIONS: &[HostFunction] = rows! { Context:
    Function "done" () -> Outcome,
        "Says that the edits stand, as does returning nothing.";
    Function "skip" (reason: Text) -> Outcome,
        "Says that the record is none of this transform's business; its edits are dropped."
        => "records.skip" "keyspace.skip";
    Function "reject" (code: Text, message: Text) -> Outcome,
        "Says that the record should have been transformed and cannot be; it goes to the quarantine. The code is for counting."
        => "records.reject" "keyspace.reject";
    Function "now_ms" () -> Integer,
        "Returns the run's frozen clock, Unix milliseconds."
        => "context.now-ms";
    Function "log_debug" (message: Text) -> Unit,
        "Logs a line for the author of the transform."
        => "context.log";
    Function "log_info" (message: Text) -> Unit,
        "Logs a line; `print` does the same."
        => "context.log";
    Function "log_warn" (message: Text) -> Unit,
        "Logs a line that is worth a look."
        => "context.log";
    Property "error.code" () -> Text,
        "Returns the stable word of a caught refusal: denied, wrong-kind, out-of-range, not-text, invalid-argument, over-limit, not-looked-up or keyspace.";
    Property "error.message" () -> Text,
        "Returns the text of a caught refusal.";
    Absent "context.parameters" () -> Data,
        "Returns the manifest's parameters, a JSON object. A script has `params`."
        => "context.parameters";
    Absent "context.seed" () -> Integer,
        "Returns the run's seed."
        => "context.seed";
    Absent "context.print" (text: Bytes) -> Unit,
        "Takes what a language's runtime prints; lines of the log at the level debug. A script has `print`."
        => "context.print";
    Absent "context.panic" (message: Text) -> Unit,
        "Tells what a panic says, before the transform traps."
        => "context.panic";
};
