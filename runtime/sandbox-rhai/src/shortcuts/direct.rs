//! Methods of `rec.hash` without the engine in between.
//!
//! To find a method and to hand its arguments over costs the engine many times what `get` and `set` cost themselves, and
//! many scripts do little else. So `item.get("name")` is replaced by a direct call. Where the variable turns out to hold
//! something else than a hash, the expression is evaluated as it was written.

use std::mem::{replace as replace_value, take};
use std::sync::Arc;

use rhai::{
    ASTFlags, BinaryExpr, CustomExpr, Dynamic, Engine, EvalContext, Expr, Expression,
    ImmutableString, Namespace, Position, Scope,
};

use crate::meter::Fallible;
use crate::record::HashPart;
use crate::record::hash::{self, Method};
use crate::session::Session;

/// What the engine knows direct calls by; no script can write it.
const KEY: &str = "direct call";

/// The names of arguments while the engine evaluates the expression; no script can write them.
const ARGUMENTS: [&str; 2] = ["argument 1", "argument 2"];

/// A method of a variable, called with the arguments that are beside it.
#[derive(Debug, Clone)]
struct DirectCall {
    variable: ImmutableString,
    method: Method,
    position: Position,
}

/// Makes of `variable.method(…)` a direct call.
pub(super) fn replace(expression: &mut Expr) {
    let Expr::Dot(link, flags, position) = expression else {
        return;
    };
    let BinaryExpr {
        lhs: Expr::Variable(variable, short_index, _),
        rhs: Expr::MethodCall(call, called_at),
    } = &mut **link
    else {
        return;
    };
    let Some(method) = hash::method(&call.name, call.args.len()) else {
        return;
    };
    let (index, name, namespace, _) = &mut **variable;
    if flags.intersects(ASTFlags::NEGATED) || !namespace.is_empty() || !call.hashes.is_native_only()
    {
        return;
    }
    let state = DirectCall {
        variable: name.clone(),
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
    let Expr::Dot(link, flags, position) = expression else {
        return;
    };
    let Expr::Dot(rest, ..) = &link.rhs else {
        return;
    };
    let Expr::MethodCall(call, _) = &rest.lhs else {
        return;
    };
    let known = hash::method(&call.name, call.args.len()).is_some();
    if !known || !call.args.iter().all(Expr::is_constant) {
        return;
    }
    let (flags, position) = (*flags, *position);
    let BinaryExpr { lhs: first, rhs } = take(&mut **link);
    let Expr::Dot(mut rest, flags_of_rest, position_of_rest) = rhs else {
        return;
    };
    let method = take(&mut rest.lhs);
    let beginning = BinaryExpr {
        lhs: first,
        rhs: method,
    };
    rest.lhs = Expr::Dot(Box::new(beginning), flags, position);
    *expression = Expr::Dot(rest, flags_of_rest, position_of_rest);
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

    /// Calls the method, if the variable holds a hash and the arguments are of its types.
    fn call(&self, scope: &Scope<'_>, arguments: &[Dynamic]) -> Option<Fallible<Dynamic>> {
        let part = scope.get(&self.variable)?.read_lock::<HashPart>()?;
        (self.method)(&part, arguments)
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
