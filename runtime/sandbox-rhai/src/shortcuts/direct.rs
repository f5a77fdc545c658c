//! Methods of `rec.hash` without the engine in between.
//!
//! To find a method and to hand its arguments over costs the engine many times what `get` and `set` cost themselves, and
//! many scripts do little else. So `rec.hash.get("name")` and, after `let item = rec.hash`, `item.get("name")` are replaced
//! by direct calls. Where the variable turns out to hold something else, the expression is evaluated as it was written.

use std::mem::{replace as replace_value, take};
use std::sync::Arc;

use rhai::{
    ASTFlags, BinaryExpr, CustomExpr, Dynamic, Engine, EvalContext, Expr, Expression,
    ImmutableString, Namespace, Position, Scope,
};

use crate::meter::Fallible;
use crate::record::hash::{self, Method};
use crate::record::{Handle, HashPart};
use crate::session::Session;

/// What the engine knows direct calls by; no script can write it.
const KEY: &str = "direct call";

/// The names of arguments while the engine evaluates the expression; no script can write them.
const ARGUMENTS: [&str; 2] = ["argument 1", "argument 2"];

/// A method of a variable or of its `hash`, called with the arguments that are beside it.
#[derive(Debug, Clone)]
struct DirectCall {
    variable: ImmutableString,
    /// Where `hash` is written, if the variable is to be a record.
    hash_at: Option<Position>,
    method: Method,
    position: Position,
}

/// Makes of `variable.method(…)` and `variable.hash.method(…)` direct calls.
pub(super) fn replace(expression: &mut Expr) {
    let Expr::Dot(link, flags, position) = expression else {
        return;
    };
    let BinaryExpr {
        lhs: Expr::Variable(variable, short_index, _),
        rhs,
    } = &mut **link
    else {
        return;
    };
    let (hash_at, Expr::MethodCall(call, called_at)) = behind_hash(rhs) else {
        return;
    };
    let Some(method) = hash::method(&call.name, call.args.len()) else {
        return;
    };
    let (index, name, namespace, _) = &mut **variable;
    if may_end(*flags) || !namespace.is_empty() || !call.hashes.is_native_only() {
        return;
    }
    let state = DirectCall {
        variable: name.clone(),
        hash_at,
        method,
        position: *called_at,
    };
    // What stays of the expression finds its variables by their names: the arguments will be among them.
    (*index, *short_index) = (None, None);
    let by_name = ARGUMENTS.map(|name| (None, name.into(), Namespace::NONE, 0));
    let by_name = by_name.map(|name| Expr::Variable(Box::new(name), None, *called_at));
    let given = by_name.into_iter().take(call.args.len()).collect();
    let arguments = replace_value(&mut call.args, given);
    let position = *position;
    let custom = CustomExpr {
        inputs: [take(expression)].into_iter().chain(arguments).collect(),
        tokens: [KEY.into()].into_iter().collect(),
        state: Dynamic::from(state),
        scope_may_be_changed: false,
        self_terminated: false,
    };
    *expression = Expr::Custom(Box::new(custom), position);
}

/// Makes of `variable.method(…).rest` the chain `(variable.method(…)).rest`, whose beginning can be a direct call. In a
/// chain the arguments of all methods are evaluated first, so those of the method have to be constants.
pub(super) fn separate(expression: &mut Expr) {
    let Expr::Dot(link, flags, _) = expression else {
        return;
    };
    let (_, chain) = behind_hash(&mut link.rhs);
    let Expr::Dot(rest, ..) = chain else {
        return;
    };
    let Expr::MethodCall(call, _) = &rest.lhs else {
        return;
    };
    let known = hash::method(&call.name, call.args.len()).is_some();
    if may_end(*flags) || !known || !call.args.iter().all(Expr::is_constant) {
        return;
    }
    let method = take(&mut rest.lhs);
    let mut rest = replace_value(chain, method);
    let beginning = take(expression);
    if let Expr::Dot(link, ..) = &mut rest {
        link.lhs = beginning;
    }
    *expression = rest;
}

/// Returns what follows a `hash` and where that is, or all of it if it begins with something else.
fn behind_hash(chain: &mut Expr) -> (Option<Position>, &mut Expr) {
    let Some(hash_at) = hash_at(chain) else {
        return (None, chain);
    };
    match chain {
        Expr::Dot(link, ..) => (Some(hash_at), &mut link.rhs),
        chain => (None, chain),
    }
}

fn hash_at(chain: &Expr) -> Option<Position> {
    match chain {
        Expr::Dot(link, flags, _) if !may_end(*flags) => match &link.lhs {
            Expr::Property(names, position) if names.2 == "hash" => Some(*position),
            _ => None,
        },
        _ => None,
    }
}

/// Says whether a chain may end at a link: that of `?.`, and one that was said to be the last.
fn may_end(flags: ASTFlags) -> bool {
    flags.intersects(ASTFlags::NEGATED | ASTFlags::BREAK)
}

impl DirectCall {
    fn run(
        &self,
        session: &Session,
        context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
        written: &Expression<'_>,
        arguments: &[Expression<'_>],
    ) -> Fallible<Dynamic> {
        let mut values = ARGUMENTS.map(|_| Dynamic::UNIT);
        let values = &mut values[..arguments.len()];
        for (value, argument) in values.iter_mut().zip(arguments) {
            *value = context.eval_expression_tree(argument)?.flatten();
        }
        session.meter.raise()?;
        if let Some(returned) = self.call(context.scope(), values) {
            return returned;
        }
        let variables = context.scope().len();
        let named = ARGUMENTS.into_iter().zip(values.iter_mut().map(take));
        context.scope_mut().extend(named);
        let returned = context.eval_expression_tree(written);
        context.scope_mut().rewind(variables);
        returned
    }

    /// Calls the method, if the variable holds what it is of and the arguments are of its types.
    fn call(&self, scope: &Scope<'_>, arguments: &[Dynamic]) -> Option<Fallible<Dynamic>> {
        let variable = scope.get(&self.variable)?;
        let Some(hash_at) = self.hash_at else {
            return (self.method)(&*variable.read_lock::<HashPart>()?, arguments);
        };
        match HashPart::of(&*variable.read_lock::<Handle>()?) {
            Ok(part) => (self.method)(&part, arguments),
            Err(mut error) => {
                error.set_position(hash_at);
                Some(Err(error))
            }
        }
    }
}

/// Teaches an engine direct calls.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    let session = Arc::clone(session);
    let run = move |context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
                    inputs: &[Expression<'_>],
                    state: &Dynamic| {
        let call = state.read_lock::<DirectCall>();
        let (Some(call), [written, arguments @ ..]) = (call, inputs) else {
            return Ok(Dynamic::UNIT);
        };
        call.run(&session, context, written, arguments)
            .map_err(|mut error| {
                if error.position().is_none() {
                    error.set_position(call.position);
                }
                error
            })
    };
    engine
        .register_custom_syntax_handler(KEY, false, run)
        .expect("only an engine without a parser refuses");
}
