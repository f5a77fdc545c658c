//! What a script calls most, without the engine in between.
//!
//! To find a method and to hand its arguments over costs the engine many times what `get` and `set` cost themselves, and
//! many scripts do little else. So `rec.hash.get("name")`, `parts[0]` and `to_minor(…)` are replaced by direct calls, whose
//! arguments may be direct calls themselves. Where a value turns out to be of another type than expected, the expression is
//! evaluated as it was written, with the arguments that were found.

mod recognise;

use std::sync::Arc;

use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, Expr, Expression, Position};

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
    Hash(Box<str>, Option<Position>, Method),
    /// A property of a variable.
    Part(Box<str>, Part),
    /// An item of a variable.
    Item(Box<str>, usize),
    /// A function of its arguments.
    Function(Function),
}

/// What a direct call is given.
#[derive(Debug, Clone)]
enum Argument {
    Constant(Constant),
    Integer(i64),
    /// A variable that is given as it is, not as a copy.
    Variable(Box<str>),
    Call(Box<DirectCall>),
    Written(Expr),
}

/// The hash that the calls before were of, with the variable that holds it: to find it costs as much as `contains`.
type LastHash<'s> = Option<(&'s str, HashPart)>;

impl Argument {
    /// Evaluates the argument into `given`; returns false if it is a variable that has to be given as it is.
    #[inline]
    fn evaluate<'s>(
        &'s self,
        session: &Session,
        context: &mut Evaluation<'_, '_, '_, '_, '_, '_>,
        last: &mut LastHash<'s>,
        given: &mut Given<'s>,
    ) -> Fallible<bool> {
        *given = match self {
            Self::Constant(constant) => Given::Constant(constant),
            Self::Integer(integer) => Given::Integer(*integer),
            Self::Call(call) => call.evaluate(session, context, last)?,
            Self::Written(expression) => {
                *last = None;
                let value = context.eval_expression_tree(&Expression::from(expression))?;
                Given::from(value.flatten())
            }
            Self::Variable(name) => match read(session, context, name)? {
                Some(value) => value,
                None => return Ok(false),
            },
        };
        Ok(true)
    }
}

/// Reads a variable, if functions cannot change what it holds where it is.
fn read<'s>(
    session: &Session,
    context: &Evaluation<'_, '_, '_, '_, '_, '_>,
    name: &str,
) -> Fallible<Option<Given<'s>>> {
    before_reading(session, context)?;
    let variable = context.scope().get(name);
    let simple = variable.filter(|value| is_simple(value));
    Ok(simple.cloned().map(Given::from))
}

/// Says whether a value is of those that functions cannot change where they are.
fn is_simple(value: &Dynamic) -> bool {
    !value.is_shared()
        && (value.is_string() || value.is_int() || value.is_bool() || value.is_decimal())
}

impl DirectCall {
    /// Makes the call; an error that has no place yet arose here.
    fn evaluate<'s>(
        &'s self,
        session: &Session,
        context: &mut Evaluation<'_, '_, '_, '_, '_, '_>,
        last: &mut LastHash<'s>,
    ) -> Fallible<Given<'s>> {
        const NONE: Given<'_> = Given::Unit;
        let mut returned = match self.arguments.len() {
            0 => self.run(session, context, last, []),
            1 => self.run(session, context, last, [NONE]),
            2 => self.run(session, context, last, [NONE; 2]),
            _ => self.run(session, context, last, [NONE; MOST]),
        };
        if let Ok(value) = &returned
            && let Err(error) = within_limits(context.engine(), value)
        {
            returned = Err(error);
        }
        if let Err(error) = &mut returned
            && error.position().is_none()
        {
            error.set_position(self.position);
        }
        returned
    }

    /// Makes the call with room for its arguments.
    fn run<'s, const COUNT: usize>(
        &'s self,
        session: &Session,
        context: &mut Evaluation<'_, '_, '_, '_, '_, '_>,
        last: &mut LastHash<'s>,
        mut given: [Given<'s>; COUNT],
    ) -> Fallible<Given<'s>> {
        if session.meter.progress() {
            let terminated = EvalAltResult::ErrorTerminated(Dynamic::UNIT, self.position);
            return Err(Box::new(terminated));
        }
        let mut as_expected = true;
        let begin = usize::from(self.first_is_last);
        for turn in begin..begin + COUNT {
            let place = if turn == COUNT { 0 } else { turn };
            match &self.arguments[place] {
                Argument::Constant(constant) => given[place] = Given::Constant(constant),
                argument => {
                    let given = &mut given[place];
                    as_expected &= argument.evaluate(session, context, last, given)?;
                }
            }
        }
        if as_expected {
            let returned = match &self.callee {
                Callee::Function(function) => function(session, &mut given),
                callee => callee.call(session, context, last, &mut given),
            };
            if let Some(returned) = returned {
                return returned;
            }
        }
        *last = None;
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
}

impl Callee {
    /// Calls what is of a variable, if that holds what it is of and the arguments are of its types.
    fn call<'s>(
        &'s self,
        session: &Session,
        context: &Evaluation<'_, '_, '_, '_, '_, '_>,
        last: &mut LastHash<'s>,
        given: &mut [Given<'s>],
    ) -> Option<Fallible<Given<'s>>> {
        let name = match self {
            Self::Function(function) => return function(session, given),
            Self::Hash(name, None, method) => {
                if let Some((variable, part)) = last
                    && **variable == **name
                {
                    return match session.meter.raise() {
                        Ok(()) => method(part, given),
                        Err(error) => Some(Err(error)),
                    };
                }
                name
            }
            Self::Hash(name, ..) | Self::Part(name, _) | Self::Item(name, _) => name,
        };
        if let Err(error) = before_reading(session, context) {
            return Some(Err(error));
        }
        let variable = context.scope().get(name)?;
        if variable.is_read_only() {
            return None;
        }
        match self {
            Self::Hash(_, None, method) => {
                let part = variable.read_lock::<HashPart>()?.clone();
                let (_, part) = last.insert((&**name, part));
                method(part, given)
            }
            Self::Hash(_, Some(hash_at), method) => {
                match HashPart::of(&*variable.read_lock::<Handle>()?) {
                    Ok(part) => method(&part, given),
                    Err(mut error) => {
                        error.set_position(*hash_at);
                        Some(Err(error))
                    }
                }
            }
            Self::Part(_, part) => Some(part(&*variable.read_lock::<Handle>()?)),
            Self::Item(_, index) => {
                let items = variable.as_array_ref().ok()?;
                let item = items.get(*index).filter(|item| !item.is_shared())?;
                Some(Ok(Given::from(item.clone())))
            }
            Self::Function(_) => None,
        }
    }
}

/// Limits a single value as the engine does, where memory is not measured.
fn within_limits(engine: &Engine, value: &Given<'_>) -> Fallible<()> {
    let most = engine.max_string_size();
    if most == 0 {
        return Ok(());
    }
    if let Given::Other(value) = value {
        engine.ensure_data_size_within_limits(value)?;
    } else if value.text().is_some_and(|text| text.len() > most) {
        let what = "Length of string".to_owned();
        return Err(EvalAltResult::ErrorDataTooLarge(what, Position::NONE).into());
    }
    Ok(())
}

/// Teaches an engine direct calls.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    let session = Arc::clone(session);
    let run = move |context: &mut Evaluation<'_, '_, '_, '_, '_, '_>,
                    _: &[Expression<'_>],
                    state: &Dynamic| {
        let Some(calls) = state.read_lock::<DirectCalls>() else {
            return Ok(Dynamic::UNIT);
        };
        let Some((returns, before)) = calls.0.split_last() else {
            return Ok(Dynamic::UNIT);
        };
        let mut last = None;
        for call in before {
            call.evaluate(&session, context, &mut last)?;
        }
        let returned = returns.evaluate(&session, context, &mut last)?;
        Ok(returned.into_value())
    };
    engine
        .register_custom_syntax_handler(KEY, false, run)
        .expect("only an engine without a parser refuses");
}
