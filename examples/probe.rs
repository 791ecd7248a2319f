//! The probe on the command line, without a network: what is known so far on standard input, what to do next on standard
//! output. `scripts/commands/probe.mjs` sends the calls; what they are and what is said is left to `core::probe`.

use std::io::Read;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut asked = String::new();
    let read = std::io::stdin().read_to_string(&mut asked).map_err(|error| error.to_string());
    let next = read.and_then(|_| driftline::core::probe::next(&asked).map_err(|refused| refused.to_string()));
    match next {
        Ok(next) => {
            println!("{next}");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("probe: {reason}");
            ExitCode::from(2)
        }
    }
}
