//! The functions of a script that the host calls, and what the engine keeps from one call to the next.
//!
//! The engine's own way to call a function begins with nothing: it finds each function that the script uses anew, for
//! every record. So the body of a function is evaluated here, in a state that stays.

use rhai::{
    AST, ASTNode, Caches, Dynamic, Engine, EvalAltResult, EvalContext, Expr, Expression,
    GlobalRuntimeState, ImmutableString, Module, Position, Scope, Shared, StmtBlock,
};

use crate::record::Handle;
use crate::shortcuts::Shortcuts;

/// So many found functions are kept at most: a script can look for any number of them.
const MAX_FOUND: usize = 1000;

/// A function that the host calls.
#[derive(Debug)]
pub(crate) struct Entry {
    parameters: Vec<ImmutableString>,
    body: Expr,
}

/// What the engine keeps between calls of one script's functions.
#[derive(Debug)]
pub(crate) struct State {
    global: GlobalRuntimeState,
    caches: Caches,
    scope: Scope<'static>,
}

impl Entry {
    /// Takes a function out of a script.
    pub(crate) fn of(ast: &AST, name: &str, shortcuts: &Shortcuts<'_>) -> Option<Self> {
        let definition = ast
            .iter_fn_def()
            .find(|definition| definition.name == name)?;
        let mut alone = Module::new();
        alone.set_script_fn(Shared::clone(definition));
        let mut statements = Vec::new();
        AST::new_from_module(alone).walk(&mut |path| {
            if let [ASTNode::Stmt(statement)] = path {
                statements.push((*statement).clone());
            }
            true
        });
        let (start, end) = (
            definition.body.start_position(),
            definition.body.end_position(),
        );
        let mut body = StmtBlock::new(statements, start, end);
        shortcuts.take(&mut body);
        Some(Self {
            parameters: definition.params.to_vec(),
            body: Expr::Stmt(Box::new(body)),
        })
    }
}

impl State {
    pub(crate) fn new(engine: &Engine, ast: &AST) -> Self {
        let mut global = engine.new_global_runtime_state();
        global.lib.push(Shared::clone(ast.shared_lib()));
        global.source = ast.source().map(Into::into);
        Self {
            global,
            caches: Caches::new(),
            scope: Scope::new(),
        }
    }

    /// Makes the record the one variable, which it may be still.
    fn give(&mut self, entry: &Entry, record: Option<&Handle>) {
        let mut variables = self.scope.iter_raw().map(|(name, ..)| name);
        if let (Some(parameter), Some(_), Some(name)) =
            (entry.parameters.first(), record, variables.next())
            && parameter == name
        {
            return;
        }
        drop(variables);
        let record = record.cloned().map(Dynamic::from);
        self.scope.rewind(0);
        self.scope
            .extend(entry.parameters.iter().cloned().zip(record));
    }

    /// Calls a function; with a record, if it takes one.
    pub(crate) fn call(
        &mut self,
        engine: &Engine,
        entry: &Entry,
        record: Option<&Handle>,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        self.global.level = 1;
        self.global.num_modules_loaded = 0;
        let found = self.caches.fn_resolution_cache_mut();
        if found.dict.len() > MAX_FOUND {
            found.clear();
        }
        self.give(entry, record);
        let Self {
            global,
            caches,
            scope,
        } = self;
        let returned = EvalContext::new(engine, global, caches, scope, None)
            .eval_expression_tree(&Expression::from(&entry.body));
        take_back(scope, record);
        returned.or_else(|mut error| {
            if let EvalAltResult::Return(value, _) = &mut *error {
                return Ok(std::mem::take(value));
            }
            if error.is_system_exception() {
                // The place of the operation at which a limit was met means nothing.
                error.set_position(Position::NONE);
            }
            Err(error)
        })
    }
}

/// Drops all variables but the record, and that as well if a script has made something else of it.
fn take_back(scope: &mut Scope<'_>, record: Option<&Handle>) {
    scope.rewind(1);
    let mut values = scope.iter_raw().map(|(_, _, value)| value);
    let value = values.next().filter(|value| !value.is_shared());
    let held = value.and_then(Dynamic::read_lock::<Handle>);
    let kept = held.is_some_and(|held| record.is_some_and(|record| held.is(record)));
    drop(values);
    if !kept {
        scope.rewind(0);
    }
}

#[cfg(test)]
impl State {
    /// Counts the functions that are kept.
    pub(crate) fn found(&mut self) -> usize {
        self.caches.fn_resolution_cache_mut().dict.len()
    }
}
