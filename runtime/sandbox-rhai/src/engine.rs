//! The engine: which parts of Rhai a script gets, and the limits of its structure.
//!
//! No `eval`, no clock, no sleeping, no files, no standard output. Limits of structure are the same
//! in every build.
//!
//! Data that is nested without end would overflow the stack of whatever walks it, be it only to drop
//! it. So the variables of each level of calls are looked at once in so many operations, in which
//! data can grow by some thousand levels at most, and the stack is large enough for those.

use std::sync::Arc;

use remold_host_api::FailureReason;
use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicBlobPackage, BasicFnPackage, BasicIteratorPackage,
    BasicMapPackage, BasicMathPackage, BasicStringPackage, BitFieldPackage, LogicPackage,
    MoreStringPackage, Package,
};
use rhai::{Dynamic, Engine, EvalContext, OptimizationLevel, def_package};

use crate::json::MAX_DEPTH;
use crate::meter::Fallible;
use crate::session::Session;
use crate::shortcuts::direct;
use crate::size::too_deep;
use crate::{context, helpers, json, program, record, standard};

def_package! {
    /// The chosen parts of Rhai's library, in one module: a function that is not found there is looked
    /// for once and not in eleven places.
    pub(crate) Standard(module):
        ArithmeticPackage, LogicPackage, BasicMathPackage, BitFieldPackage, BasicStringPackage,
        MoreStringPackage, BasicIteratorPackage, BasicFnPackage, BasicArrayPackage,
        BasicMapPackage, BasicBlobPackage
    {
        module.set_doc("The language's own library.");
    }
}

/// How deep calls may be nested.
pub(crate) const MAX_CALL_LEVELS: usize = 32;

/// How deep an expression may be nested.
pub(crate) const MAX_EXPRESSION_DEPTH: usize = 64;

/// How many variables may be alive in one scope.
pub(crate) const MAX_VARIABLES: usize = 512;

/// Builds an engine over a session.
pub(crate) fn build(session: &Arc<Session>) -> Engine {
    let mut engine = Engine::new_raw();
    engine.register_global_module(Standard::new().as_shared_module());
    engine
        .set_optimization_level(OptimizationLevel::Simple)
        .set_strict_variables(true)
        .set_fail_on_invalid_map_property(true)
        .set_max_call_levels(MAX_CALL_LEVELS)
        .set_max_expr_depths(MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_DEPTH)
        .set_max_variables(MAX_VARIABLES)
        .set_max_functions(1000)
        .set_max_modules(64)
        .disable_symbol("eval")
        // What changes through `this` would escape the look at variables below.
        .disable_symbol("this");
    limit_sizes(&mut engine, session);
    let progress = Arc::clone(session);
    engine.on_progress(move |_| progress.meter.progress().then(Dynamic::default));
    // A limit that was passed is raised here, where the place in the source is known.
    let place = Arc::clone(session);
    #[expect(
        deprecated,
        reason = "the interface may still change; it is used for its error alone"
    )]
    engine.on_var(move |_, _, context| {
        before_reading(&place, &context)?;
        Ok(None)
    });
    register(&mut engine, session);
    direct::register(&mut engine, session);
    engine
}

/// Raises a limit that was passed before a variable is read, and looks at all variables if that is due.
pub(crate) fn before_reading(
    session: &Session,
    context: &EvalContext<'_, '_, '_, '_, '_, '_>,
) -> Fallible<()> {
    session.meter.raise()?;
    let level = context.call_level();
    if session.meter.depth_is_due(level) {
        let mut visited = 0;
        let mut values = context.scope().iter_raw().map(|(_, _, value)| value);
        if values.any(|value| too_deep(value, &mut visited)) {
            let problem = format!("data is nested deeper than {MAX_DEPTH} levels");
            return Err(session.meter.fail(FailureReason::Memory, problem));
        }
        session.meter.depth_was_checked(level, visited);
    }
    Ok(())
}

/// Limits the sizes of single values where memory cannot be measured.
///
/// The engine walks the whole of an array or map at every call of a method on it, so that filling one
/// is quadratic; and it does not look at a map that is filled by `m[k] = v`. With a probe of memory
/// all this is neither needed nor used.
fn limit_sizes(engine: &mut Engine, session: &Arc<Session>) {
    if session.meter.measures_memory() {
        return;
    }
    let memory = session.meter.memory_limit();
    engine
        .set_max_string_size(memory / 4)
        .set_max_array_size(memory / 256)
        .set_max_map_size(memory / 512);
}

/// Registers everything that is not plain Rhai.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    standard::register(engine, session);
    context::register(engine, session);
    record::register(engine);
    json::register(engine);
    helpers::register(engine, session);
    program::register(engine, session);
}

#[cfg(test)]
mod tests;
