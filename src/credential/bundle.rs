//! Reading a policy bundle 规则集, as far as a card is checked against it.
//!
//! ```text
//! { "format": "shenyan/policy/1", "year": 2022,
//!   "categories": [{ "number": 1, … }, …],      the categories that have hours; one
//!                                               with "sum_of" is a total of others
//!   "clauses": [ … ],                           how many there are
//!   "facts", "outputs", "rules" }               what a year requires of everybody
//! ```
//!
//! The first three are what a bundle must have. From the others come the hours that the
//! policy requires in each category, where it requires the same of everybody: where no
//! rule on them has an exception, or asks for more than the category. What else they
//! say is for the engine, and any JSON may stand there.

/// The format of a bundle.
pub const FORMAT: &str = "shenyan/policy/1";
/// Bytes of a bundle, at most.
pub const BYTES_MAX: usize = 4 << 20;
/// Values within values, at most.
const DEPTH_MAX: usize = 16;
/// Categories of a bundle, at most; a card has eight.
const CATEGORIES_MAX: usize = 64;

/// Digits before the point of required hours, at most; a point and one more may follow.
const HOURS_DIGITS: usize = 9;

/// A bundle, as far as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bundle {
    pub(super) year: u64,
    pub(super) categories: Vec<Category>,
    pub(super) clauses: u64,
}

/// A category of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Category {
    pub(super) number: u64,
    pub(super) kind: Kind,
    /// The tenths of hours that it requires of everybody; `None` if that depends on
    /// more, or cannot be read.
    pub(super) required: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It has hours of its own.
    Learned,
    /// It is the sum of others, and on a card only where one is required.
    Total,
}

impl Bundle {
    /// Reads a bundle: JSON (RFC 8259) of which the four members above are used, each
    /// of them once.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes).ok().filter(|text| text.len() <= BYTES_MAX)?;
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let (mut format, mut year, mut categories, mut clauses) = (None, None, None, None);
        let (mut facts, mut outputs, mut rules) = (None, None, None);
        reader.object(DEPTH_MAX, |reader, key, depth| match key {
            b"format" => once(&mut format, reader.string()),
            b"year" => once(&mut year, reader.number()),
            b"categories" => {
                let mut found: Vec<(Category, Option<&[u8]>)> = Vec::new();
                let read = reader.array(depth, |reader, depth| {
                    let (category, label) = reader.category(depth)?;
                    let is_new = found.iter().all(|(other, _)| other.number != category.number);
                    (is_new && found.len() < CATEGORIES_MAX).then(|| found.push((category, label)))
                });
                once(&mut categories, read.map(|()| found))
            }
            b"clauses" => {
                let mut count = 0;
                let read = reader.array(depth, |reader, depth| {
                    count += 1;
                    reader.value(depth)
                });
                once(&mut clauses, read.map(|()| count))
            }
            b"facts" => once(&mut facts, reader.tree(depth)),
            b"outputs" => once(&mut outputs, reader.tree(depth)),
            b"rules" => once(&mut rules, reader.tree(depth)),
            _ => reader.value(depth),
        })?;
        reader.space();
        let is_whole = reader.at == bytes.len() && format? == FORMAT.as_bytes();
        let rows = facts.zip(outputs).zip(rules);
        let rows =
            rows.as_ref().and_then(|((facts, outputs), rules)| rows_of(facts, outputs, rules));
        let required = |(category, label): (Category, Option<&[u8]>)| {
            let required = rows.as_deref().zip(label).and_then(|(rows, label)| agreed(rows, label));
            Category { required, ..category }
        };
        let categories = categories?.into_iter().map(required).collect();
        is_whole.then_some(Self { year: year?, categories, clauses: clauses? })
    }
}

/// A row that states required hours: of which categories, by their labels, all if it
/// does not say, and how many tenths.
struct Row<'a> {
    categories: Option<Vec<&'a [u8]>>,
    tenths: u64,
}

/// The rows on required hours, if the category alone decides them.
fn rows_of<'a>(facts: &Tree<'a>, outputs: &Tree<'a>, rules: &Tree<'a>) -> Option<Vec<Row<'a>>> {
    let category = labelled(facts, b"category")?;
    let hours = labelled(outputs, b"required-hours")?;
    let mut rows = Vec::new();
    for rule in rules.items()? {
        if rule.get(b"output").and_then(Tree::text) != Some(hours) {
            continue;
        }
        if rule.has(b"exceptions") || rule.has(b"conditions") {
            return None;
        }
        let columns = rule.get(b"columns")?.items()?;
        let [asks @ .., _] = columns else { return None };
        let is_plain = match asks {
            [] => true,
            [fact] => fact.text() == Some(category),
            _ => false,
        };
        if !is_plain {
            return None;
        }
        for row in rule.get(b"rows")?.items()? {
            let (when, then) = (row.get(b"when")?.items()?, row.get(b"then")?.items()?);
            let [amount] = then else { return None };
            let categories = match (asks, when) {
                ([], []) => None,
                ([_], [test]) => test.alternatives()?,
                _ => return None,
            };
            rows.push(Row { categories, tenths: tenths(amount.text()?)? });
        }
    }
    (!rows.is_empty()).then_some(rows)
}

/// The tenths of hours that these rows require in a category, 0 if none is about it;
/// `None` if they do not agree.
fn agreed(rows: &[Row<'_>], label: &[u8]) -> Option<u64> {
    let is_its = |row: &&Row<'_>| row.categories.as_ref().is_none_or(|it| it.contains(&label));
    let mut amounts = rows.iter().filter(is_its).map(|row| row.tenths);
    let first = amounts.next().unwrap_or(0);
    amounts.all(|other| other == first).then_some(first)
}

/// The label of the one entry with this key.
fn labelled<'a>(entries: &Tree<'a>, key: &[u8]) -> Option<&'a [u8]> {
    let is_it = |entry: &&Tree<'a>| entry.get(b"key").and_then(Tree::text) == Some(key);
    let mut found = entries.items()?.iter().filter(is_it);
    let entry = found.next()?;
    if found.next().is_some() { None } else { entry.get(b"label")?.text() }
}

/// Hours as a bundle writes them, `30` or `12.5`, in tenths.
fn tenths(text: &[u8]) -> Option<u64> {
    let text = str::from_utf8(text).ok()?;
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    let is_hours = (1..=HOURS_DIGITS).contains(&whole.len())
        && tenth.len() == 1
        && is_digits(whole)
        && is_digits(tenth);
    if is_hours { format!("{whole}{tenth}").parse().ok() } else { None }
}

/// A value of JSON, its strings as they are written.
enum Tree<'a> {
    Object(Vec<(&'a [u8], Tree<'a>)>),
    Array(Vec<Tree<'a>>),
    Text(&'a [u8]),
    Null,
    /// A number, `true` or `false`.
    Other,
}

impl<'a> Tree<'a> {
    /// The value of a key that an object has once.
    fn get(&self, key: &[u8]) -> Option<&Self> {
        let Self::Object(entries) = self else { return None };
        let mut found = entries.iter().filter(|(other, _)| *other == key);
        let (_, value) = found.next()?;
        if found.next().is_some() { None } else { Some(value) }
    }

    /// Whether an object has a key, however often.
    fn has(&self, key: &[u8]) -> bool {
        match self {
            Self::Object(entries) => entries.iter().any(|(other, _)| *other == key),
            Self::Array(_) | Self::Text(_) | Self::Null | Self::Other => false,
        }
    }

    fn items(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            Self::Object(_) | Self::Text(_) | Self::Null | Self::Other => None,
        }
    }

    /// A string that has no escape, and so is written in one way.
    fn text(&self) -> Option<&'a [u8]> {
        match self {
            Self::Text(text) => Some(*text).filter(|text| !text.contains(&b'\\')),
            Self::Object(_) | Self::Array(_) | Self::Null | Self::Other => None,
        }
    }

    /// What a test takes: these, or anything; `None` if it is no such test.
    #[expect(clippy::option_option, reason = "no test, and a test that takes anything")]
    fn alternatives(&self) -> Option<Option<Vec<&'a [u8]>>> {
        match self {
            Self::Null => Some(None),
            Self::Object(entries) if entries.len() == 1 => {
                let values = self.get(b"any_of")?.items()?.iter().map(Self::text);
                values.collect::<Option<_>>().map(Some)
            }
            Self::Object(_) | Self::Array(_) | Self::Text(_) | Self::Other => None,
        }
    }
}

/// Keeps what was read, if nothing was before.
fn once<T>(place: &mut Option<T>, read: Option<T>) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(read?);
    Some(())
}

/// Reads JSON piece by piece and keeps nothing; `None` is text that is not JSON, or
/// deeper than it may be.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte after white space, which is left where it is.
    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// An object's members, each by its key and the depth left for its value.
    fn object(
        &mut self,
        depth: usize,
        mut member: impl FnMut(&mut Self, &'a [u8], usize) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            let key = self.string()?;
            self.take(b':')?;
            member(self, key, depth)?;
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    /// An array's items, each with the depth left for it.
    fn array(
        &mut self,
        depth: usize,
        mut item: impl FnMut(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            item(self, depth)?;
            if self.take(b',').is_none() {
                return self.take(b']');
            }
        }
    }

    /// A category: an object that has a number; and its label, if it has one that can
    /// be compared.
    fn category(&mut self, depth: usize) -> Option<(Category, Option<&'a [u8]>)> {
        let (mut number, mut total, mut label) = (None, None, None);
        self.object(depth, |reader, key, depth| match key {
            b"number" => once(&mut number, reader.number()),
            b"label" => once(&mut label, reader.tree(depth)),
            b"sum_of" => once(&mut total, reader.value(depth)),
            _ => reader.value(depth),
        })?;
        let kind = total.map_or(Kind::Learned, |()| Kind::Total);
        let label = label.as_ref().and_then(Tree::text);
        Some((Category { number: number?, kind, required: None }, label))
    }

    /// A string as it is written: escapes are passed over, so that a key with one is
    /// none of ours.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(&self.bytes[start..self.at - 1]);
                }
                b'\\' => self.at += 2,
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
    }

    /// A whole number without sign, below 2^53.
    fn number(&mut self) -> Option<u64> {
        let text = self.word()?;
        let number = text.parse().ok().filter(|number: &u64| *number < 1 << 53)?;
        (number.to_string() == text).then_some(number)
    }

    /// A number, `true`, `false` or `null`, as it is written.
    fn word(&mut self) -> Option<&'a str> {
        self.space();
        let rest = &self.bytes[self.at..];
        let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let length = rest.iter().take_while(is_word).count();
        self.at += length;
        str::from_utf8(&rest[..length]).ok().filter(|word| !word.is_empty())
    }

    /// A value, to be looked at later.
    fn tree(&mut self, depth: usize) -> Option<Tree<'a>> {
        match self.peek()? {
            b'{' => {
                let mut entries = Vec::new();
                self.object(depth, |reader, key, depth| {
                    entries.push((key, reader.tree(depth)?));
                    Some(())
                })?;
                Some(Tree::Object(entries))
            }
            b'[' => {
                let mut items = Vec::new();
                self.array(depth, |reader, depth| {
                    items.push(reader.tree(depth)?);
                    Some(())
                })?;
                Some(Tree::Array(items))
            }
            b'"' => self.string().map(Tree::Text),
            b'n' => self.value(depth).map(|()| Tree::Null),
            _ => self.value(depth).map(|()| Tree::Other),
        }
    }

    /// Passes over a value.
    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(depth, |reader, _, depth| reader.value(depth)),
            b'[' => self.array(depth, |reader, depth| reader.value(depth)),
            b'"' => self.string().map(drop),
            _ => {
                let word = self.word()?;
                let is_literal = matches!(word, "true" | "false" | "null");
                (is_literal || word.parse::<f64>().is_ok_and(f64::is_finite)).then_some(())
            }
        }
    }
}
