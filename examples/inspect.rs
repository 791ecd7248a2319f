//! The extractor on the command line: a payload in, its facts out. What the answer holds is left to `core::inspect`.

use std::io::{BufRead, Read, Write};
use std::process::ExitCode;

use driftline::core::inspect::{inspect, inspect_payload, refusal};
use serde_json::Value;

const USAGE: &str = "usage: inspect [--provider pixverse] --media-type video|image|audio FILE|-
       inspect --batch FILE|-   (JSON Lines of {provider_id, media_type, payload})";

struct Arguments {
    provider_id: String,
    media_type: Option<String>,
    is_batch: bool,
    file: String,
}

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("inspect: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let Some(arguments) = parse_arguments(arguments)? else {
        println!("{USAGE}");
        return Ok(());
    };
    if arguments.is_batch {
        return answer_batch(&arguments.file);
    }
    let media_type = arguments.media_type.ok_or("--media-type is missing: video, image or audio")?;
    let payload = read_all(&arguments.file)?;
    let answer = inspect_payload(&arguments.provider_id, &media_type, &payload)
        .map_err(|refused| refused.to_string())?;
    write_line(&format!("{answer:#}"))
}

fn parse_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let mut parsed = Arguments {
        provider_id: "pixverse".to_owned(),
        media_type: None,
        is_batch: false,
        file: String::new(),
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-h" | "--help" => return Ok(None),
            "--provider" => parsed.provider_id = arguments.next().ok_or("--provider needs a name")?,
            "--media-type" => parsed.media_type = Some(arguments.next().ok_or("--media-type needs a word")?),
            "--batch" => parsed.is_batch = true,
            flag if flag.starts_with("--") => {
                return Err(format!("{flag} is not known; --help shows what is"));
            }
            _ if parsed.file.is_empty() => parsed.file = argument,
            _ => return Err(format!("one file is read at a time, {argument:?} is one too many")),
        }
    }
    if parsed.file.is_empty() {
        return Err("no file is given; - reads standard input, --help shows more".to_owned());
    }
    Ok(Some(parsed))
}

/// One answer for each line that is not blank; a line that is refused does not stop the others.
fn answer_batch(file: &str) -> Result<(), String> {
    for line in open(file)?.split(b'\n') {
        let line = line.map_err(|error| format!("{file}: {error}"))?;
        // A byte that is no text costs its own character, not the line.
        let request = String::from_utf8_lossy(&line);
        if !request.trim().is_empty() {
            let answer: Value = inspect(&request).unwrap_or_else(|refused| refusal(&refused));
            write_line(&answer.to_string())?;
        }
    }
    Ok(())
}

fn read_all(file: &str) -> Result<String, String> {
    let mut text = String::new();
    open(file)?.read_to_string(&mut text).map_err(|error| format!("{file}: {error}"))?;
    Ok(text)
}

fn open(file: &str) -> Result<Box<dyn BufRead>, String> {
    if file == "-" {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let opened = std::fs::File::open(file).map_err(|error| format!("{file}: {error}"))?;
    Ok(Box::new(std::io::BufReader::new(opened)))
}

fn write_line(text: &str) -> Result<(), String> {
    writeln!(std::io::stdout().lock(), "{text}").map_err(|error| format!("standard output: {error}"))
}
