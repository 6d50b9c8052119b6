//! ES modules as one script, for a page that is a single file.
//!
//! A page from a disk may not import modules, so each becomes a function of its own,
//! called once, after those that it imports: names do not meet, and what is not
//! exported stays inside. Only two forms are known, each at the beginning of a line:
//!
//! ```text
//! import { one, two } from './other.js';        over several lines, if need be
//! export const | function | async function | class NAME
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Why modules do not become one script; the name of the module that is to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ModuleError {
    pub(super) module: String,
    /// The line, from 1.
    pub(super) line: u32,
    pub(super) what: Fault,
}

/// What is wrong with a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// An import of another form, or an import that does not end.
    Import,
    /// An export of another form.
    Export,
    /// There is no such module.
    Missing,
    /// Modules import one another in a circle.
    Circle,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Import => "import 只能写成 import { 名称 } from './文件.js';",
            Self::Export => "export 后面只能是 const、function、async function 或 class",
            Self::Missing => "引入的文件不存在",
            Self::Circle => "几个文件互相引入",
        })
    }
}

/// One script that does what the entry module does. Modules are known by their file
/// names, such as `page.js`; those that the entry does not need are left out.
pub(super) fn one_script(
    entry: &str,
    modules: &BTreeMap<&str, &str>,
) -> Result<String, ModuleError> {
    let mut script =
        Script { modules, done: BTreeSet::new(), open: Vec::new(), text: String::new() };
    script.add(entry, entry, 1)?;
    Ok(script.text)
}

struct Script<'a> {
    modules: &'a BTreeMap<&'a str, &'a str>,
    done: BTreeSet<&'a str>,
    /// The modules that wait for what they import.
    open: Vec<&'a str>,
    text: String,
}

impl<'a> Script<'a> {
    /// Adds a module after what it imports, for the one that asks for it at a line.
    fn add(&mut self, name: &str, asker: &str, line: u32) -> Result<(), ModuleError> {
        let fault = |what| ModuleError { module: asker.to_owned(), line, what };
        let (&name, &text) = self.modules.get_key_value(name).ok_or(fault(Fault::Missing))?;
        if self.done.contains(name) {
            return Ok(());
        }
        if self.open.contains(&name) {
            return Err(fault(Fault::Circle));
        }
        self.open.push(name);
        let module = Module::read(name, text)?;
        for (import, line) in &module.imports {
            self.add(import, name, *line)?;
        }
        let (variable, exports) = (variable(name), module.exports.join(", "));
        let body = module.body;
        self.text.push_str(&format!(
            "const {variable} = (() => {{\n{body}return {{ {exports} }};\n}})();\n"
        ));
        self.open.pop();
        self.done.insert(name);
        Ok(())
    }
}

/// A module taken apart.
#[derive(Default)]
struct Module<'a> {
    /// What it imports, each with its line.
    imports: Vec<(&'a str, u32)>,
    exports: Vec<&'a str>,
    body: String,
}

impl<'a> Module<'a> {
    fn read(name: &str, text: &'a str) -> Result<Self, ModuleError> {
        let mut module = Self::default();
        let mut rest = text;
        let mut line = 1;
        while !rest.is_empty() {
            let fault = |what| ModuleError { module: name.to_owned(), line, what };
            let taken = if rest.starts_with("import") {
                module.import(rest, line).ok_or(fault(Fault::Import))?
            } else {
                let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
                module.line(&rest[..end]).ok_or(fault(Fault::Export))?;
                end
            };
            let lines = rest[..taken].matches('\n').count();
            line = line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            rest = &rest[taken..];
        }
        Ok(module)
    }

    /// Reads an import; how many bytes it has.
    fn import(&mut self, text: &'a str, line: u32) -> Option<usize> {
        let rest = text.strip_prefix("import {")?;
        let (names, rest) = rest.split_once('}')?;
        let (file, after) = rest.strip_prefix(" from './")?.split_once("';\n")?;
        let is_name = |name: &str| {
            name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_' || it == '$')
        };
        let names: Vec<&str> =
            names.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
        if !names.iter().all(|name| is_name(name)) || file.contains(['\'', '\n', '/']) {
            return None;
        }
        self.imports.push((file, line));
        self.body.push_str(&format!("const {{ {} }} = {};\n", names.join(", "), variable(file)));
        Some(text.len() - after.len())
    }

    /// Takes a line, without its `export`.
    fn line(&mut self, line: &'a str) -> Option<()> {
        let Some(declaration) = line.strip_prefix("export ") else {
            self.body.push_str(line);
            return Some(());
        };
        let kinds = ["const ", "function ", "async function ", "class "];
        let named = kinds.iter().find_map(|kind| declaration.strip_prefix(kind))?;
        let end = named.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_' || it == '$'))?;
        self.exports.push(&named[..end]);
        self.body.push_str(declaration);
        Some(())
    }
}

/// What a module's exports are held in.
fn variable(name: &str) -> String {
    let stem = name.strip_suffix(".js").unwrap_or(name);
    let plain = stem.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' });
    format!("module_{}", plain.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(entry: &str, modules: &[(&str, &str)]) -> Result<String, ModuleError> {
        one_script(entry, &modules.iter().copied().collect())
    }

    fn fault(module: &str, line: u32, what: Fault) -> Result<String, ModuleError> {
        Err(ModuleError { module: module.to_owned(), line, what })
    }

    #[test]
    fn each_module_stands_once_after_what_it_imports() {
        let modules = [
            (
                "a.js",
                "import { two } from './b.js';\nimport {\n  one,\n} from './c.js';\nrun(one, two);\n",
            ),
            ("b.js", "import { one } from './c.js';\nexport const two = one + 1;\n"),
            ("c.js", "// export nothing\nexport const one = 1;\nexport async function f() {}\n"),
            ("unused.js", "import nothing;\n"),
        ];
        let expected = "\
const module_c = (() => {
// export nothing
const one = 1;
async function f() {}
return { one, f };
})();
const module_b = (() => {
const { one } = module_c;
const two = one + 1;
return { two };
})();
const module_a = (() => {
const { two } = module_b;
const { one } = module_c;
run(one, two);
return {  };
})();
";
        assert_eq!(script("a.js", &modules).as_deref(), Ok(expected));
    }

    #[test]
    fn what_is_not_understood_is_told_with_its_line() {
        let one = |text| script("a.js", &[("a.js", text)]);
        assert_eq!(one("\nimport * as b from './b.js';\n"), fault("a.js", 2, Fault::Import));
        assert_eq!(one("import { b as c } from './b.js';\n"), fault("a.js", 1, Fault::Import));
        assert_eq!(one("import { b } from './b.js'"), fault("a.js", 1, Fault::Import));
        assert_eq!(one("import { b } from './../b.js';\n"), fault("a.js", 1, Fault::Import));
        assert_eq!(one("\n\nexport default 1;\n"), fault("a.js", 3, Fault::Export));
        assert_eq!(one("import { b } from './b.js';\n"), fault("a.js", 1, Fault::Missing));
        assert_eq!(one("import { a } from './a.js';\n"), fault("a.js", 1, Fault::Circle));
        assert_eq!(script("b.js", &[]), fault("b.js", 1, Fault::Missing));
    }
}
