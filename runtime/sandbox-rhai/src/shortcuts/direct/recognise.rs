//! Finds the expressions that can be direct calls.

use std::mem::{replace as replace_value, take};
use std::ops::DerefMut;

use rhai::{
    ASTFlags, BinaryExpr, CustomExpr, Dynamic, Expr, FnCallExpr, Namespace, Position, Stmt,
    StmtBlock,
};

use super::{ARGUMENTS, Argument, Callee, DirectCall, DirectCalls, KEY, MOST};
use crate::given::{Constant, Function};
use crate::record::{self, hash};
use crate::{helpers, standard};

/// Makes of an expression a direct call, if it is one that can be.
pub(in crate::shortcuts) fn replace(expression: &mut Expr) {
    let call = match expression {
        Expr::Dot(link, flags, _) if !may_end(*flags) => of_variable(link).or_else(|| method(link)),
        Expr::Index(link, flags, position) if !flags.contains(ASTFlags::NEGATED) => {
            item(link, *position)
        }
        Expr::FnCall(call, position) => function(call, *position),
        _ => None,
    };
    let Some(mut call) = call else { return };
    let position = expression.position();
    call.written = take(expression);
    *expression = calls(vec![call], position);
}

/// Joins direct calls that are statements and follow each other.
pub(in crate::shortcuts) fn join(block: &mut StmtBlock) {
    let statements = take(block.statements_mut());
    for mut statement in statements {
        if !continues(block.statements_mut().last_mut(), &mut statement) {
            block.statements_mut().push(statement);
        }
    }
}

/// Adds the direct calls of a statement to those of the one before, if both are such.
fn continues(before: Option<&mut Stmt>, statement: &mut Stmt) -> bool {
    match (before.and_then(calls_of), calls_of(statement)) {
        (Some(mut before), Some(mut more)) => {
            before.0.append(&mut more.0);
            true
        }
        _ => false,
    }
}

/// Makes an expression of direct calls.
fn calls(calls: Vec<DirectCall>, position: Position) -> Expr {
    let custom = CustomExpr {
        inputs: std::iter::empty().collect(),
        tokens: [KEY.into()].into_iter().collect(),
        state: Dynamic::from(DirectCalls(calls)),
        scope_may_be_changed: false,
        self_terminated: false,
    };
    Expr::Custom(Box::new(custom), position)
}

fn calls_of(statement: &mut Stmt) -> Option<impl DerefMut<Target = DirectCalls>> {
    match statement {
        Stmt::Expr(expression) => match &mut **expression {
            Expr::Custom(custom, _) => custom.state.write_lock::<DirectCalls>(),
            _ => None,
        },
        _ => None,
    }
}

/// Makes of `variable.method(…).rest` the chain `(variable.method(…)).rest`, whose beginning can be a direct call. In a
/// chain the arguments of all methods are evaluated first, so those of the method have to be constants.
pub(in crate::shortcuts) fn separate(expression: &mut Expr) {
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

/// Recognises `variable.method(…)` and `variable.hash.method(…)`, methods of a hash, and `variable.property`.
fn of_variable(link: &mut BinaryExpr) -> Option<DirectCall> {
    let BinaryExpr { lhs, rhs } = link;
    if !is_variable(lhs) {
        return None;
    }
    let (callee, arguments, position) = match behind_hash(rhs) {
        (None, Expr::Property(names, position)) => {
            let part = record::part(&names.2)?;
            (Callee::Part(named(lhs)?, part), Vec::new(), *position)
        }
        (hash_at, Expr::MethodCall(call, position)) => {
            let method = hash::method(&call.name, call.args.len())?;
            if !is_of_host(call) {
                return None;
            }
            let callee = Callee::Hash(named(lhs)?, hash_at, method);
            let arguments = call.args.iter_mut().zip(ARGUMENTS);
            let arguments = arguments.map(|(argument, name)| given(argument, name));
            (callee, arguments.collect(), *position)
        }
        _ => return None,
    };
    Some(DirectCall::of(callee, arguments, position))
}

/// Recognises `variable[0]`.
fn item(link: &mut BinaryExpr, position: Position) -> Option<DirectCall> {
    let BinaryExpr { lhs, rhs } = link;
    let Expr::IntegerConstant(index, _) = rhs else {
        return None;
    };
    let index = usize::try_from(*index).ok()?;
    let callee = Callee::Item(named(lhs)?, index);
    Some(DirectCall::of(callee, Vec::new(), position))
}

/// Recognises `value.function(…)`.
fn method(link: &mut BinaryExpr) -> Option<DirectCall> {
    let BinaryExpr { lhs, rhs } = link;
    let Expr::MethodCall(call, position) = rhs else {
        return None;
    };
    let function = known(call, call.args.len() + 1)?;
    let mut arguments = vec![first(lhs)];
    let others = call.args.iter_mut().zip(&ARGUMENTS[1..]);
    arguments.extend(others.map(|(argument, name)| given(argument, name)));
    let mut call = DirectCall::of(Callee::Function(function), arguments, *position);
    call.first_is_last = true;
    Some(call)
}

/// Recognises `function(…)`.
fn function(call: &mut FnCallExpr, position: Position) -> Option<DirectCall> {
    let function = known(call, call.args.len())?;
    let (value, others) = call.args.split_first_mut()?;
    let by_reference = is_variable(value);
    let mut arguments = vec![first(value)];
    let others = others.iter_mut().zip(&ARGUMENTS[1..]);
    arguments.extend(others.map(|(argument, name)| given(argument, name)));
    let mut call = DirectCall::of(Callee::Function(function), arguments, position);
    call.first_is_last = by_reference;
    Some(call)
}

/// Finds the function of the host that a call can only be of.
fn known(call: &FnCallExpr, arguments: usize) -> Option<Function> {
    if arguments > MOST || call.is_qualified() || call.capture_parent_scope || !is_of_host(call) {
        return None;
    }
    let direct = standard::direct(&call.name, arguments);
    direct.or_else(|| helpers::direct(&call.name, arguments))
}

fn is_of_host(call: &FnCallExpr) -> bool {
    call.hashes.is_native_only()
}

impl DirectCall {
    fn of(callee: Callee, arguments: Vec<Argument>, position: Position) -> Self {
        Self {
            callee,
            arguments,
            first_is_last: false,
            written: Expr::default(),
            position,
        }
    }
}

/// Takes an argument out of an expression, in which its name stays.
fn given(argument: &mut Expr, name: &str) -> Argument {
    let position = argument.position();
    let by_name = (None, name.into(), Namespace::NONE, 0);
    let by_name = Expr::Variable(Box::new(by_name), None, position);
    match replace_value(argument, by_name) {
        Expr::StringConstant(text, _) => Argument::Constant(Constant::new(text)),
        Expr::IntegerConstant(integer, _) => Argument::Integer(integer),
        Expr::Custom(mut custom, position) => {
            let calls = custom.state.write_lock::<DirectCalls>();
            match calls.and_then(|mut calls| calls.0.pop()) {
                Some(call) => Argument::Call(Box::new(call)),
                None => Argument::Written(Expr::Custom(custom, position)),
            }
        }
        other => Argument::Written(other),
    }
}

/// Takes the first argument, which a function may change if it is a variable: that stays.
fn first(argument: &mut Expr) -> Argument {
    named(argument).map_or_else(|| given(argument, ARGUMENTS[0]), Argument::Variable)
}

fn is_variable(expression: &Expr) -> bool {
    matches!(expression, Expr::Variable(variable, ..) if variable.2.is_empty())
}

/// Returns the name of a variable. What stays of the expression finds it by that: arguments will be among the variables.
fn named(expression: &mut Expr) -> Option<Box<str>> {
    let Expr::Variable(variable, short_index, _) = expression else {
        return None;
    };
    let (index, name, namespace, _) = &mut **variable;
    if !namespace.is_empty() {
        return None;
    }
    (*index, *short_index) = (None, None);
    Some(name.as_str().into())
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
