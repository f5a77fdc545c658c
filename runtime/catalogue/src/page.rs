//! Generated texts: the table of parameters and the example in each README, and the page of all transforms.

use std::fmt::Write as _;

use crate::parameters::plain;
use crate::ready::{Catalogue, Parameter, Ready};

/// Between these lines a README's table of parameters is generated.
const PARAMETERS: [&str; 2] = ["<!-- parameters -->\n", "<!-- end of parameters -->\n"];

/// Between these lines a README's example is generated.
const EXAMPLE: [&str; 2] = ["<!-- example -->\n", "<!-- end of example -->\n"];

/// Between these lines a README says how fast the transform is, as it was measured.
const SPEED: [&str; 2] = ["<!-- speed -->\n", "<!-- end of speed -->\n"];

const INTRODUCTION: &str = "\
# The catalogue

<!-- Made from transforms/ by `remold reference catalogue`. -->

Ready transforms, used by `spec.transform: { uses: NAME }` with `spec.parameters`. What to know of all of them is in [the
guide](../guide/catalogue.md); `remold catalogue show NAME` shows what is here, and `--source` the script.

";

impl Ready {
    /// Writes the README anew with the generated parts as they are now; `None` if it has no place for them.
    pub fn readme_anew(&self) -> Option<String> {
        let example = format!("\n```yaml\n{}```\n\n", self.manifest());
        let text = replaced(self.readme(), PARAMETERS, &format!("\n{}\n", self.table()))?;
        replaced(&text, EXAMPLE, &example)
    }

    /// Writes the table of parameters, Markdown.
    pub fn table(&self) -> String {
        let mut text =
            String::from("| parameter | takes | default | meaning |\n|---|---|---|---|\n");
        for parameter in self.parameter_list() {
            let Parameter {
                name,
                takes,
                default,
                required,
                meaning,
            } = parameter;
            let default = match default {
                Some(default) => format!("`{}`", shown_default(&plain(&default))),
                None if required => "required".to_owned(),
                None => String::new(),
            };
            let _ = writeln!(
                text,
                "| `{name}` | {} | {} | {} |",
                cell(&takes),
                cell(&default),
                cell(&meaning)
            );
        }
        text
    }

    /// Returns the README without the comments that mark its generated parts.
    pub fn help(&self) -> String {
        let marks = [PARAMETERS, EXAMPLE, SPEED];
        let marks: Vec<&str> = marks.iter().flatten().map(|mark| mark.trim_end()).collect();
        let mut text = String::new();
        let mut gap = false;
        for line in self.readme().lines().filter(|line| !marks.contains(line)) {
            if line.is_empty() && gap {
                continue;
            }
            gap = line.is_empty();
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// Writes the page of all transforms, Markdown.
pub fn page(catalogue: &Catalogue) -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str("| transform | what it does |\n|---|---|\n");
    for ready in catalogue {
        let _ = writeln!(
            text,
            "| [`{0}`](../../transforms/{0}/README.md) | {1} |",
            ready.name(),
            cell(ready.title())
        );
    }
    for ready in catalogue {
        let _ = write!(
            text,
            "\n## {}\n\n{}. [More](../../transforms/{0}/README.md)\n\n{}",
            ready.name(),
            ready.title(),
            ready.table()
        );
    }
    text
}

fn shown_default(text: &str) -> &str {
    if text.is_empty() { "\"\"" } else { text }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Replaces what is between two marks.
fn replaced(text: &str, marks: [&str; 2], with: &str) -> Option<String> {
    let (before, rest) = text.split_once(marks[0])?;
    let (_, after) = rest.split_once(marks[1])?;
    Some(format!("{before}{}{with}{}{after}", marks[0], marks[1]))
}
