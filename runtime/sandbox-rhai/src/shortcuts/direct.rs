//! What a script calls most, without the engine in between.
//!
//! To find a method and to hand its arguments over costs the engine many times what `get` and `set` cost themselves, and
//! many scripts do little else. So `rec.hash.get("name")`, `parts[0]` and `to_minor(…)` are replaced by direct calls, whose
//! arguments may be direct calls themselves. Where a value turns out to be of another type than expected, the expression is
//! evaluated as it was written, with the arguments that were found.

mod recognise;

use std::sync::Arc;

use rhai::{
    Dynamic, Engine, EvalAltResult, EvalContext, Expr, Expression, ImmutableString, Position,
};

use crate::engine::before_reading;
use crate::given::{Constant, Function, Given};
use crate::meter::Fallible;
use crate::record::hash::Method;
use crate::record::{Handle, HashPart, Part};
use crate::session::Session;

pub(super) use recognise::{join, replace, separate};

/// What the engine knows direct calls by; no script can write it.
const KEY: &str = "direct call";

/// The most arguments that a direct call takes.
const MOST: usize = 3;

/// The names of arguments while the engine evaluates the expression; no script can write them.
const ARGUMENTS: [&str; MOST] = ["argument 1", "argument 2", "argument 3"];

type Evaluation<'a, 's, 'ps, 'g, 'c, 't> = EvalContext<'a, 's, 'ps, 'g, 'c, 't>;

/// Direct calls one after the other: statements, or the one call of an expression.
#[derive(Debug, Clone)]
struct DirectCalls(Vec<DirectCall>);

/// A call, or what is written like one thing of a variable.
#[derive(Debug, Clone)]
struct DirectCall {
    callee: Callee,
    arguments: Vec<Argument>,
    /// Whether the first argument is evaluated last, as that in front of a method is.
    first_is_last: bool,
    /// The expression, in which the arguments go by their names.
    written: Expr,
    position: Position,
}

/// What is called.
#[derive(Debug, Clone)]
enum Callee {
    /// A method of a variable, or of its `hash`, where that is written.
    Hash(ImmutableString, Option<Position>, Method),
    /// A property of a variable.
    Part(ImmutableString, Part),
    /// An item of a variable.
    Item(ImmutableString, usize),
    /// A function of its arguments.
    Function(Function),
}

/// What a direct call is given.
#[derive(Debug, Clone)]
enum Argument {
    Constant(Constant),
    Integer(i64),
    /// A variable that is given as it is, not as a copy.
    Variable(ImmutableString),
    Call(Box<DirectCall>),
    Written(Expr),
}

impl Argument {
    /// Evaluates the argument into `given`; returns false if it is a variable that has to be given as it is.
    fn evaluate<'s>(
        &'s self,
        session: &Session,
        context: &mut Evaluation<'_, '_, '_, '_, '_, '_>,
        given: &mut Given<'s>,
    ) -> Fallible<bool> {
        *given = match self {
            Self::Constant(constant) => Given::Constant(constant),
            Self::Integer(integer) => Given::Integer(*integer),
            Self::Call(call) => call.evaluate(session, context)?,
            Self::Written(expression) => {
                let value = context.eval_expression_tree(&Expression::from(expression))?;
                Given::from(value.flatten())
            }
            Self::Variable(name) => {
                before_reading(session, context)?;
                let variable = context.scope().get(name);
                let Some(value) = variable.filter(|value| is_simple(value)) else {
                    return Ok(false);
                };
                Given::from(value.clone())
            }
        };
        Ok(true)
    }
}

/// Says whether a value is of those that functions cannot change where they are.
fn is_simple(value: &Dynamic) -> bool {
    !value.is_shared()
        && (value.is_string() || value.is_int() || value.is_bool() || value.is_decimal())
}

impl DirectCall {
    /// Makes the call; an error that has no place yet arose here.
    fn evaluate(
        &self,
        session: &Session,
        context: &mut Evaluation<'_, '_, '_, '_, '_, '_>,
    ) -> Fallible<Given<'_>> {
        let returned = match self.arguments.len() {
            0 => self.run(session, context, []),
            1 => self.run(session, context, [Given::UNIT]),
            2 => self.run(session, context, [Given::UNIT, Given::UNIT]),
            _ => self.run(session, context, [Given::UNIT, Given::UNIT, Given::UNIT]),
        };
        let limited = returned.and_then(|value| within_limits(context.engine(), value));
        limited.map_err(|mut error| {
            if error.position().is_none() {
                error.set_position(self.position);
            }
            error
        })
    }

    /// Makes the call with room for its arguments.
    fn run<'s, const COUNT: usize>(
        &'s self,
        session: &Session,
        context: &mut Evaluation<'_, '_, '_, '_, '_, '_>,
        mut given: [Given<'s>; COUNT],
    ) -> Fallible<Given<'s>> {
        if session.meter.progress() {
            let terminated = EvalAltResult::ErrorTerminated(Dynamic::UNIT, self.position);
            return Err(Box::new(terminated));
        }
        let mut as_expected = true;
        let mut arguments = self.arguments.iter().zip(&mut given);
        let last = if self.first_is_last {
            arguments.next()
        } else {
            None
        };
        for (argument, given) in arguments.chain(last) {
            as_expected &= argument.evaluate(session, context, given)?;
        }
        if as_expected && let Some(returned) = self.call(session, context, &mut given) {
            return returned;
        }
        self.as_written(context, given)
    }

    /// Lets the engine evaluate the expression as it was written, with the arguments that were found.
    #[cold]
    fn as_written<'s>(
        &'s self,
        context: &mut Evaluation<'_, '_, '_, '_, '_, '_>,
        given: impl IntoIterator<Item = Given<'s>>,
    ) -> Fallible<Given<'s>> {
        let variables = context.scope().len();
        let values = given.into_iter().map(Given::into_value);
        let named = ARGUMENTS.into_iter().zip(values);
        context.scope_mut().extend(named);
        let returned = context.eval_expression_tree(&Expression::from(&self.written));
        context.scope_mut().rewind(variables);
        returned.map(|value| Given::from(value.flatten()))
    }

    /// Calls what is to be called, if the variable holds what it is of and the arguments are of its types.
    fn call<'s>(
        &'s self,
        session: &Session,
        context: &Evaluation<'_, '_, '_, '_, '_, '_>,
        given: &mut [Given<'s>],
    ) -> Option<Fallible<Given<'s>>> {
        let variable = match &self.callee {
            Callee::Function(function) => return function(session, given),
            Callee::Hash(name, ..) | Callee::Part(name, _) | Callee::Item(name, _) => name,
        };
        if let Err(error) = before_reading(session, context) {
            return Some(Err(error));
        }
        let variable = context.scope().get(variable)?;
        if variable.is_read_only() {
            return None;
        }
        match &self.callee {
            Callee::Hash(_, None, method) => method(&*variable.read_lock::<HashPart>()?, given),
            Callee::Hash(_, Some(hash_at), method) => {
                match HashPart::of(&*variable.read_lock::<Handle>()?) {
                    Ok(part) => method(&part, given),
                    Err(mut error) => {
                        error.set_position(*hash_at);
                        Some(Err(error))
                    }
                }
            }
            Callee::Part(_, part) => Some(part(&*variable.read_lock::<Handle>()?)),
            Callee::Item(_, index) => {
                let items = variable.as_array_ref().ok()?;
                let item = items.get(*index).filter(|item| !item.is_shared())?;
                Some(Ok(Given::from(item.clone())))
            }
            Callee::Function(_) => None,
        }
    }
}

/// Limits a single value as the engine does, where memory is not measured.
fn within_limits<'s>(engine: &Engine, value: Given<'s>) -> Fallible<Given<'s>> {
    let most = engine.max_string_size();
    if most == 0 {
        return Ok(value);
    }
    if let Given::Other(value) = &value {
        engine.ensure_data_size_within_limits(value)?;
    } else if value.text().is_some_and(|text| text.len() > most) {
        let what = "Length of string".to_owned();
        return Err(EvalAltResult::ErrorDataTooLarge(what, Position::NONE).into());
    }
    Ok(value)
}

/// Teaches an engine direct calls.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    let session = Arc::clone(session);
    let run = move |context: &mut Evaluation<'_, '_, '_, '_, '_, '_>,
                    _: &[Expression<'_>],
                    state: &Dynamic| {
        let mut returned = Given::UNIT;
        let calls = state.read_lock::<DirectCalls>();
        for call in calls.iter().flat_map(|calls| &calls.0) {
            returned = call.evaluate(&session, context)?;
        }
        Ok(returned.into_value())
    };
    engine
        .register_custom_syntax_handler(KEY, false, run)
        .expect("only an engine without a parser refuses");
}
