//! Shortcuts in the functions that the host calls, which mean the same and cost the engine less.
//!
//! A call that can only be of a function of the host is marked, so that the engine does not look for one of the script
//! first, which takes longer than to find the host's. What is called most is called directly: [`direct`].

pub(crate) mod direct;

use std::collections::BTreeSet;

use rhai::{Expr, FlowControl, FnCallExpr, FnCallHashes, Stmt, StmtBlock};

/// Finds the shortcuts in a script.
#[derive(Debug, Clone)]
pub(crate) struct Shortcuts<'a> {
    /// The names of all functions that the script and what it imports define.
    defined: BTreeSet<&'a str>,
}

impl<'a> Shortcuts<'a> {
    pub(crate) fn new(defined: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            defined: defined.into_iter().collect(),
        }
    }

    /// Takes all shortcuts in a block.
    pub(crate) fn take(&self, block: &mut StmtBlock) {
        for statement in block.statements_mut() {
            self.statement(statement);
        }
        direct::join(block);
    }

    fn call(&self, call: &mut FnCallExpr) {
        if !call.is_qualified() && !self.defined.contains(call.name.as_str()) {
            call.hashes = FnCallHashes::from_native_only(call.hashes.native());
        }
        self.expressions(&mut call.args);
    }

    fn expressions<'e>(&self, expressions: impl IntoIterator<Item = &'e mut Expr>) {
        for expression in expressions {
            self.expression(expression);
        }
    }

    fn flow(&self, flow: &mut FlowControl) {
        self.expression(&mut flow.expr);
        self.take(&mut flow.body);
        self.take(&mut flow.branch);
    }

    fn statement(&self, statement: &mut Stmt) {
        match statement {
            Stmt::If(flow, _)
            | Stmt::While(flow, _)
            | Stmt::Do(flow, ..)
            | Stmt::TryCatch(flow, _) => {
                self.flow(flow);
            }
            Stmt::For(parts, _) => self.flow(&mut parts.2),
            Stmt::Switch(parts, _) => {
                let (value, cases) = &mut **parts;
                self.expression(value);
                for case in &mut cases.expressions {
                    self.expressions([&mut case.lhs, &mut case.rhs]);
                }
            }
            Stmt::Var(parts, ..) => self.expression(&mut parts.1),
            Stmt::Assignment(parts) => {
                self.within(&mut parts.1.lhs);
                self.expression(&mut parts.1.rhs);
            }
            Stmt::FnCall(call, _) => self.call(call),
            Stmt::Block(block) => self.take(block),
            Stmt::Expr(expression) => self.expression(expression),
            Stmt::BreakLoop(value, ..) | Stmt::Return(value, ..) => {
                self.expressions(value.as_deref_mut());
            }
            _ => {}
        }
    }

    fn expression(&self, expression: &mut Expr) {
        direct::separate(expression);
        self.within(expression);
        direct::replace(expression);
    }

    /// Takes the shortcuts inside an expression, which itself has to stay: what is assigned to, a link of a chain.
    fn within(&self, expression: &mut Expr) {
        match expression {
            Expr::InterpolatedString(parts, _) | Expr::Array(parts, _) => {
                self.expressions(&mut **parts);
            }
            Expr::Map(parts, _) => self.expressions(parts.0.iter_mut().map(|(_, value)| value)),
            Expr::MethodCall(call, _) | Expr::FnCall(call, _) => self.call(call),
            Expr::Stmt(block) => self.take(block),
            Expr::Dot(pair, ..) | Expr::Index(pair, ..) => {
                self.expression(&mut pair.lhs);
                self.within(&mut pair.rhs);
            }
            Expr::And(parts, _) | Expr::Or(parts, _) | Expr::Coalesce(parts, _) => {
                self.expressions(&mut **parts);
            }
            _ => {}
        }
    }
}
