//! Tells stories: one by its seed, or as many as you like.

fn main() -> std::process::ExitCode {
    #[cfg(remold_simulation)]
    return program::main();
    #[cfg(not(remold_simulation))]
    std::process::ExitCode::from(2)
}

#[cfg(remold_simulation)]
mod program {
    #![allow(
        clippy::print_stdout,
        clippy::print_stderr,
        reason = "it is a program of its own"
    )]

    use std::process::ExitCode;

    use remold_simulation::{Rule, Rules, tell};

    const USAGE: &str = "usage: seeds [--from SEED] [--count N] [--without RULE]
       seed SEED [--without RULE]";

    struct Arguments {
        from: u64,
        count: u64,
        rules: Rules,
        whole: bool,
    }

    pub(super) fn main() -> ExitCode {
        let Some(arguments) = arguments() else {
            eprintln!("{USAGE}\nrules: {}", Rule::ALL.map(Rule::name).join(", "));
            return ExitCode::from(2);
        };
        for seed in arguments.from..arguments.from + arguments.count {
            let ending = tell(seed, arguments.rules);
            if arguments.whole || ending.breach.is_some() {
                println!("seed {seed}\n  {}", ending.story.join("\n  "));
            }
            if let Some(breach) = ending.breach {
                println!("breach: {breach}");
                return ExitCode::FAILURE;
            }
        }
        println!("{} stories hold", arguments.count);
        ExitCode::SUCCESS
    }

    fn arguments() -> Option<Arguments> {
        let mut words = std::env::args().skip(1);
        let mut arguments = Arguments {
            from: 0,
            count: 10_000,
            rules: Rules::ALL,
            whole: false,
        };
        match words.next()?.as_str() {
            "seeds" => {}
            "seed" => {
                arguments.from = words.next()?.parse().ok()?;
                arguments.count = 1;
                arguments.whole = true;
            }
            _ => return None,
        }
        while let Some(option) = words.next() {
            let value = words.next()?;
            match option.as_str() {
                "--from" => arguments.from = value.parse().ok()?,
                "--count" => arguments.count = value.parse().ok()?,
                "--without" => arguments.rules = Rules::without(Rule::named(&value)?),
                _ => return None,
            }
        }
        Some(arguments)
    }
}
