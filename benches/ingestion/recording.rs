//! Records every statement that the service sends to its database, with its values, so that the same can be sent bare.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

static ON: AtomicBool = AtomicBool::new(false);
static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A statement: its text between its values, and the values.
#[derive(Debug)]
pub struct Statement {
    pub pieces: Arc<[String]>,
    pub values: Vec<Value>,
}

/// A value as diesel was given it.
#[derive(Debug, PartialEq)]
pub enum Value {
    Null,
    Truth(bool),
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
    Texts(Vec<Option<String>>),
    Numbers(Vec<Option<i64>>),
    ManyBytes(Vec<Vec<u8>>),
}

/// Has every connection made from now on tell what it sends.
pub fn prepare() {
    let listen = || -> Option<Box<dyn Instrumentation>> {
        Some(Box::new(|event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event
                && ON.load(Ordering::Relaxed)
            {
                HEARD.lock().unwrap().push(query.to_string());
            }
        }))
    };
    set_default_instrumentation(listen).unwrap();
}

/// Records what is sent while some work is done.
pub fn record<T>(reader: &mut Reader, work: impl FnOnce() -> T) -> (T, Vec<Statement>) {
    HEARD.lock().unwrap().clear();
    ON.store(true, Ordering::Relaxed);
    let done = work();
    ON.store(false, Ordering::Relaxed);
    let heard = std::mem::take(&mut *HEARD.lock().unwrap());
    (done, heard.iter().filter(|line| !is_of_the_pool(line)).map(|line| reader.read(line)).collect())
}

/// What sets a connection up or looks whether it still lives: a bare client has nothing of it. What is set for a transaction
/// alone, such as its role, belongs to the work.
fn is_of_the_pool(line: &str) -> bool {
    let sets_up = line.starts_with("SET ") && !line.starts_with("SET LOCAL ");
    line == "SELECT 1" || sets_up || line.starts_with("PRAGMA ")
}

/// Reads lines of the recording; texts that come again are kept once.
#[derive(Default)]
pub struct Reader {
    texts: HashMap<String, Arc<[String]>>,
}

impl Reader {
    fn read(&mut self, line: &str) -> Statement {
        let (text, values) = line.split_once(" -- binds: ").unwrap_or((line, "[]"));
        let pieces = match self.texts.get(text) {
            Some(pieces) => Arc::clone(pieces),
            None => {
                let pieces: Arc<[String]> = pieces_of(text).into();
                self.texts.insert(text.to_owned(), Arc::clone(&pieces));
                pieces
            }
        };
        let Debugged::List(values) = Debugged::read(&mut values.chars().peekable()) else {
            panic!("no list: {values}")
        };
        assert_eq!(values.len() + 1, pieces.len(), "{text}");
        let values = values.into_iter().zip(&pieces[1..]).map(|(value, after)| value_of(value, after)).collect();
        Statement { pieces, values }
    }
}

/// The text around its placeholders, `?` or `$1`.
fn pieces_of(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        if sign == '?' || sign == '$' {
            while signs.next_if(char::is_ascii_digit).is_some() {}
            pieces.push(String::new());
        } else {
            pieces.last_mut().unwrap().push(sign);
        }
    }
    pieces
}

/// A value as Rust's `Debug` writes it.
#[derive(Debug, PartialEq)]
enum Debugged {
    None,
    Truth(bool),
    Number(i64),
    Text(String),
    List(Vec<Debugged>),
}

impl Debugged {
    fn read(signs: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Self {
        match signs.peek() {
            Some('"') => Self::Text(read_text(signs)),
            Some('[') => {
                signs.next();
                let mut list = Vec::new();
                loop {
                    while signs.next_if(|sign| matches!(sign, ',' | ' ')).is_some() {}
                    if signs.next_if_eq(&']').is_some() {
                        return Self::List(list);
                    }
                    list.push(Self::read(signs));
                }
            }
            _ => {
                let mut word = String::new();
                while let Some(sign) = signs.next_if(|sign| sign.is_ascii_alphanumeric() || *sign == '-') {
                    word.push(sign);
                }
                match word.as_str() {
                    "None" => Self::None,
                    "true" | "false" => Self::Truth(word == "true"),
                    "Some" => {
                        assert_eq!(signs.next(), Some('('));
                        let inner = Self::read(signs);
                        assert_eq!(signs.next(), Some(')'));
                        inner
                    }
                    number => Self::Number(number.parse().unwrap_or_else(|_| panic!("not read: {number:?}"))),
                }
            }
        }
    }
}

fn read_text(signs: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    signs.next();
    let mut text = String::new();
    loop {
        match signs.next().expect("a text ends") {
            '"' => return text,
            '\\' => match signs.next().expect("an escape ends") {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                '0' => text.push('\0'),
                'u' => {
                    let digits: String = signs.by_ref().skip(1).take_while(|sign| *sign != '}').collect();
                    text.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).expect("a character"));
                }
                sign => text.push(sign),
            },
            sign => text.push(sign),
        }
    }
}

/// The value of a bind. A list tells by its elements what it holds, or by the cast after its placeholder.
fn value_of(debugged: Debugged, after: &str) -> Value {
    match debugged {
        Debugged::None => Value::Null,
        Debugged::Truth(truth) => Value::Truth(truth),
        Debugged::Number(number) => Value::Number(number),
        Debugged::Text(text) => Value::Text(text),
        Debugged::List(list) if after.starts_with("::bigint[]") => {
            let number = |one| if let Debugged::Number(number) = one { Some(number) } else { None };
            Value::Numbers(list.into_iter().map(number).collect())
        }
        Debugged::List(list) if matches!(list.first(), Some(Debugged::List(_))) => {
            Value::ManyBytes(list.into_iter().map(bytes_of).collect())
        }
        Debugged::List(list) if matches!(list.first(), Some(Debugged::Text(_) | Debugged::None)) => {
            let text = |one| if let Debugged::Text(text) = one { Some(text) } else { None };
            Value::Texts(list.into_iter().map(text).collect())
        }
        list @ Debugged::List(_) => Value::Bytes(bytes_of(list)),
    }
}

fn bytes_of(debugged: Debugged) -> Vec<u8> {
    let Debugged::List(list) = debugged else { panic!("no bytes: {debugged:?}") };
    let byte = |one| if let Debugged::Number(number) = one { u8::try_from(number).ok() } else { None };
    list.into_iter().map(|one| byte(one).expect("a byte")).collect()
}
