//! The files that a script imports: found by name among those of the migration's folder, compiled in
//! the order in which they need one another.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::module_resolvers::StaticModuleResolver;
use rhai::{AST, ASTNode, Expr, Module, Position, Scope, Shared, Stmt};

use super::{Compiler, Script};
use crate::check::{Withheld, nearest};
use crate::error::CompileError;
use crate::failure::failure;

/// One `import "path" as alias`.
#[derive(Debug, Clone)]
struct Import {
    path: String,
    alias: String,
    file: String,
}

/// What was imported by a script, directly and through its imports.
#[derive(Debug, Default)]
pub(super) struct Imported {
    /// The imports of each file.
    imports: BTreeMap<String, Vec<Import>>,
    /// The module made of each file.
    modules: BTreeMap<String, Shared<Module>>,
    /// The functions of each file, by name and number of parameters.
    functions: BTreeMap<String, Vec<(String, usize)>>,
}

impl Imported {
    /// Returns the modules that a file names, by their aliases.
    pub(super) fn aliases(&self, file: &str) -> Vec<(String, Shared<Module>)> {
        let imports = self.imports.get(file).into_iter().flatten();
        let module = |import: &Import| {
            let module = self.modules.get(&import.file)?;
            Some((import.alias.clone(), Arc::clone(module)))
        };
        imports.filter_map(module).collect()
    }

    /// The same, for the engine of an instance.
    pub(super) fn modules(&self, file: &str) -> Vec<(String, Shared<Module>)> {
        self.aliases(file)
    }

    /// Returns the functions that a file can call through an alias.
    pub(super) fn functions(&self, file: &str) -> BTreeMap<String, Vec<(String, usize)>> {
        let imports = self.imports.get(file).into_iter().flatten();
        let functions = |import: &Import| {
            let functions = self.functions.get(&import.file)?;
            Some((import.alias.clone(), functions.clone()))
        };
        imports.filter_map(functions).collect()
    }

    /// Returns the names of all functions of all files.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let functions = self.functions.values().flatten();
        functions.map(|(name, _)| name.as_str())
    }

    /// Returns what resolves the paths as they are written.
    pub(super) fn resolver(&self) -> StaticModuleResolver {
        let mut resolver = StaticModuleResolver::new();
        for import in self.imports.values().flatten() {
            if let Some(module) = self.modules.get(&import.file) {
                resolver.insert(import.path.clone(), Module::clone(module));
            }
        }
        resolver
    }
}

/// Loads everything that a script imports.
pub(super) fn load(compiler: &mut Compiler, script: &Script) -> Result<Imported, CompileError> {
    let mut imported = Imported::default();
    let mut open = vec![script.file.clone()];
    let imports = find(compiler, script, &script.file, &script.source)?;
    for import in &imports {
        visit(compiler, script, import, &mut imported, &mut open)?;
    }
    let imports = imports.into_iter().map(|(import, _)| import).collect();
    imported.imports.insert(script.file.clone(), imports);
    Ok(imported)
}

fn visit(
    compiler: &mut Compiler,
    script: &Script,
    (import, position): &(Import, Position),
    imported: &mut Imported,
    open: &mut Vec<String>,
) -> Result<(), CompileError> {
    let importer = open.last().cloned().unwrap_or_default();
    if open.contains(&import.file) {
        let message = format!(
            "{} imports itself, through {}",
            import.file,
            open.join(", ")
        );
        return Err(compiler.error_at(&importer, *position, message, None));
    }
    if imported.modules.contains_key(&import.file) {
        return Ok(());
    }
    let text = script
        .modules
        .get(&import.file)
        .cloned()
        .unwrap_or_default();
    let imports = find(compiler, script, &import.file, &text)?;
    open.push(import.file.clone());
    for inner in &imports {
        visit(compiler, script, inner, imported, open)?;
    }
    open.pop();
    let imports = imports.into_iter().map(|(import, _)| import).collect();
    imported.imports.insert(import.file.clone(), imports);
    let (ast, constants) = compiler.parse(&import.file, &text, &imported.aliases(&import.file))?;
    compiler.only_declarations(&import.file, &ast)?;
    let known = imported.functions(&import.file);
    compiler.names.check(
        &compiler.files,
        &import.file,
        &ast,
        &known,
        &Withheld::new(),
    )?;
    let functions = ast
        .iter_functions()
        .map(|function| (function.name.to_owned(), function.params.len()));
    imported
        .functions
        .insert(import.file.clone(), functions.collect());
    let module = module(compiler, imported, import, &ast, &constants)?;
    imported.modules.insert(import.file.clone(), module.into());
    Ok(())
}

/// Makes a module of a file: its functions, and its constants for those who import it.
fn module(
    compiler: &mut Compiler,
    imported: &Imported,
    import: &Import,
    ast: &AST,
    constants: &Scope<'_>,
) -> Result<Module, CompileError> {
    compiler.engine.set_module_resolver(imported.resolver());
    compiler.session.meter.begin(compiler.fuel);
    let made = Module::eval_ast_as_new(Scope::new(), ast, &compiler.engine);
    let mut module = made.map_err(|error| {
        let failure = failure(
            *error,
            &compiler.session.meter,
            &compiler.files,
            &import.file,
        );
        compiler.error(&import.file, failure.location, failure.message, None)
    })?;
    for (name, _, value) in constants.iter() {
        module.set_var(name, value);
    }
    module.build_index();
    Ok(module)
}

/// Finds the imports of a file.
fn find(
    compiler: &Compiler,
    script: &Script,
    file: &str,
    text: &str,
) -> Result<Vec<(Import, Position)>, CompileError> {
    let mut engine = rhai::Engine::new_raw();
    engine
        .set_optimization_level(rhai::OptimizationLevel::None)
        .set_max_expr_depths(
            crate::engine::MAX_EXPRESSION_DEPTH,
            crate::engine::MAX_EXPRESSION_DEPTH,
        );
    let ast = engine
        .compile(text)
        .map_err(|error| compiler.syntax(file, &error))?;
    let mut found = Vec::new();
    let mut refused = None;
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Stmt(Stmt::Import(import, position))) = path.last() {
            match resolve(compiler, script, file, &import.0, &import.1.name, *position) {
                Ok(import) => found.push((import, *position)),
                Err(error) => refused = Some(error),
            }
        }
        refused.is_none()
    });
    refused.map_or(Ok(found), Err)
}

fn resolve(
    compiler: &Compiler,
    script: &Script,
    file: &str,
    path: &Expr,
    alias: &str,
    position: Position,
) -> Result<Import, CompileError> {
    let Expr::StringConstant(path, _) = path else {
        let message = "an import names its file literally: import \"money\" as money".to_owned();
        return Err(compiler.error_at(file, position, message, None));
    };
    let with_extension = format!("{path}.rhai");
    let file_name = [path.as_str(), &with_extension]
        .into_iter()
        .find(|name| script.modules.contains_key(*name));
    match file_name {
        Some(name) => Ok(Import {
            path: path.to_string(),
            alias: if alias.is_empty() {
                path.to_string()
            } else {
                alias.to_owned()
            },
            file: name.to_owned(),
        }),
        None => {
            let message = format!("there is no file {path:?} in the migration's folder");
            let names = script.modules.keys().map(String::as_str);
            let hint =
                nearest(&with_extension, names).map(|name| format!("did you mean {name:?}?"));
            Err(compiler.error_at(file, position, message, hint))
        }
    }
}
