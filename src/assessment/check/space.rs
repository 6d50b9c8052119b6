//! The space of facts that rules tell apart, boxes in it, and a search for what
//! boxes leave uncovered.

use std::collections::BTreeMap;

use crate::assessment::engine::values_of;
use crate::assessment::policy::cell::Test;
use crate::assessment::policy::vocabulary::{Fact, Value, Vocabulary};

/// The facts that some tests ask about, each cut into pieces that none of the
/// tests splits.
#[derive(Debug)]
pub(super) struct Space<'v> {
    vocabulary: &'v Vocabulary,
    axes: Vec<Axis>,
}

#[derive(Debug)]
struct Axis {
    fact: Fact,
    /// In the order of the vocabulary, or of numbers; 无 before them, and those below
    /// zero after them.
    pieces: Vec<Piece>,
}

/// Values that no test tells apart.
#[derive(Debug)]
struct Piece {
    /// The first of them.
    value: Value,
    /// How many words they are; a run of numbers counts as one.
    words: u64,
}

/// A box: some pieces of each axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    sides: Vec<Pieces>,
}

/// A piece of each axis, by number.
pub(super) type Point = Vec<usize>;

impl<'v> Space<'v> {
    /// The space that these tests tell apart.
    pub(super) fn of<'t>(
        vocabulary: &'v Vocabulary,
        tests: impl Iterator<Item = (Fact, &'t Test)>,
    ) -> Self {
        let mut by_fact: BTreeMap<Fact, Vec<&Test>> = BTreeMap::new();
        for (fact, test) in tests.filter(|(_, test)| **test != Test::Any) {
            let tests = by_fact.entry(fact).or_default();
            if !tests.contains(&test) {
                tests.push(test);
            }
        }
        let axis = |(fact, tests): (Fact, Vec<&Test>)| {
            let mut pieces: Vec<Piece> = Vec::new();
            let mut by_answers: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
            for value in values_of(vocabulary, fact, tests.iter().copied()) {
                let answers = tests.iter().map(|test| test.accepts(value)).collect();
                let is_number = matches!(value, Value::Number(_));
                match by_answers.get(&answers) {
                    Some(piece) if !is_number => pieces[*piece].words += 1,
                    Some(_) | None => {
                        by_answers.insert(answers, pieces.len());
                        pieces.push(Piece { value, words: 1 });
                    }
                }
            }
            // Examples take the first: what is most natural.
            pieces.sort_by_key(|piece| match piece.value {
                Value::Absent => 0,
                Value::Number(number) if number < 0 => 2,
                _ => 1,
            });
            Axis { fact, pieces }
        };
        Self { vocabulary, axes: by_fact.into_iter().map(axis).collect() }
    }

    /// The box in which all of these tests accept their facts.
    pub(super) fn region<'t>(&self, tests: impl Iterator<Item = (Fact, &'t Test)>) -> Region {
        let sides = self.axes.iter().map(|axis| Pieces::all(axis.pieces.len())).collect();
        let mut region = Region { sides };
        for (fact, test) in tests {
            let Some(at) = self.axes.iter().position(|axis| axis.fact == fact) else { continue };
            let accepts = |piece: &Piece| test.accepts(piece.value);
            let accepted = self.axes[at].pieces.iter().map(accepts).collect();
            region.sides[at] = region.sides[at].and(&accepted);
        }
        region
    }

    /// The box around a point that is as wide as can be within another and is in none
    /// of the covers.
    pub(super) fn widest(&self, point: &Point, within: &Region, covers: &[&Region]) -> Region {
        let sides = self.axes.iter().zip(point);
        let sides = sides.map(|(axis, at)| (0..axis.pieces.len()).map(|it| it == *at).collect());
        let mut widest = Region { sides: sides.collect() };
        for at in 0..self.axes.len() {
            let mut wider = widest.clone();
            wider.sides[at] = within.sides[at].clone();
            if !covers.iter().any(|cover| cover.meets(&wider)) {
                widest = wider;
            }
        }
        widest
    }

    /// How many combinations of words a box has.
    pub(super) fn size(&self, region: &Region) -> u64 {
        self.size_from(region, 0)
    }

    fn size_from(&self, region: &Region, first: usize) -> u64 {
        let axes = self.axes.iter().zip(&region.sides).skip(first);
        axes.fold(1, |size: u64, (axis, side)| {
            let words = side.iter().filter_map(|piece| axis.pieces.get(piece));
            size.saturating_mul(words.map(|piece| piece.words).sum())
        })
    }

    /// A point in words, `性别=男，周岁=50`: the facts on which one of these boxes
    /// depends.
    pub(super) fn words(&self, point: &Point, regions: &[&Region]) -> String {
        let is_told = |at: usize, axis: &Axis| {
            regions.iter().any(|region| region.sides[at].count() < axis.pieces.len())
        };
        let told = self.axes.iter().enumerate().filter(|(at, axis)| is_told(*at, axis));
        let words = told.zip_point(point).map(|(axis, piece)| {
            let label = self.vocabulary.fact_label(axis.fact);
            let words = self.vocabulary.words(axis.fact);
            format!("{label}={}", self.vocabulary.value_text(words, piece.value))
        });
        words.collect::<Vec<_>>().join("，")
    }
}

/// The piece of each of some axes at a point.
trait ZipPoint<'a> {
    fn zip_point(self, point: &'a Point) -> impl Iterator<Item = (&'a Axis, &'a Piece)>;
}

impl<'a, I: Iterator<Item = (usize, &'a Axis)>> ZipPoint<'a> for I {
    fn zip_point(self, point: &'a Point) -> impl Iterator<Item = (&'a Axis, &'a Piece)> {
        self.filter_map(|(at, axis)| Some((axis, axis.pieces.get(*point.get(at)?)?)))
    }
}

impl Region {
    /// Whether no combination is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.sides.iter().any(|side| side.count() == 0)
    }

    /// Whether some combination is in both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.sides.iter().zip(&other.sides).all(|(one, other)| one.meets(other))
    }

    /// What is in both.
    pub(super) fn and(&self, other: &Self) -> Self {
        let sides = self.sides.iter().zip(&other.sides);
        Self { sides: sides.map(|(one, other)| one.and(other)).collect() }
    }

    /// Whether all of the other is in this one.
    pub(super) fn holds(&self, other: &Self) -> bool {
        self.holds_from(other, 0)
    }

    fn holds_from(&self, other: &Self, first: usize) -> bool {
        let mut sides = self.sides.iter().zip(&other.sides).skip(first);
        sides.all(|(own, other)| own.holds(other))
    }

    /// Its first combination.
    pub(super) fn first(&self) -> Option<Point> {
        self.sides.iter().map(|side| side.iter().next()).collect()
    }
}

/// A search gave up: there are too many combinations.
#[derive(Debug)]
pub(super) struct TooWide;

/// A search for combinations, of bounded effort.
#[derive(Debug)]
pub(super) struct Search {
    left: u64,
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Uncovered {
    /// The first combination.
    pub first: Option<Point>,
    /// How many there are; of a search for the first, 0 or some.
    pub count: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    First,
    All,
}

impl Search {
    /// Comparisons of a box with a piece at most: some tenths of a second.
    const MOST: u64 = 20_000_000;

    pub(super) const fn new() -> Self {
        Self { left: Self::MOST }
    }

    /// Takes note of some effort.
    pub(super) fn spend(&mut self, effort: usize) -> Result<(), TooWide> {
        let effort = u64::try_from(effort).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(effort).ok_or(TooWide)?;
        Ok(())
    }

    /// The first combination of a box that is in none of the others.
    pub(super) fn first(
        &mut self,
        space: &Space<'_>,
        region: &Region,
        covers: &[&Region],
    ) -> Result<Option<Point>, TooWide> {
        let mut found = Uncovered::default();
        self.walk(space, region, covers, &mut Vec::new(), (Until::First, &mut found))?;
        Ok(found.first)
    }

    /// All combinations of a box that are in none of the others, counted.
    pub(super) fn count(
        &mut self,
        space: &Space<'_>,
        region: &Region,
        covers: &[&Region],
    ) -> Result<Uncovered, TooWide> {
        let mut found = Uncovered::default();
        self.walk(space, region, covers, &mut Vec::new(), (Until::All, &mut found))?;
        Ok(found)
    }

    /// Goes on from a piece chosen on each of the first axes; `covers` are the
    /// boxes that hold these pieces.
    fn walk(
        &mut self,
        space: &Space<'_>,
        region: &Region,
        covers: &[&Region],
        chosen: &mut Point,
        (until, found): (Until, &mut Uncovered),
    ) -> Result<(), TooWide> {
        let axis = chosen.len();
        self.spend(covers.len() + 1)?;
        if covers.iter().any(|cover| cover.holds_from(region, axis)) {
            return Ok(());
        }
        let Some(side) = region.sides.get(axis).filter(|_| !covers.is_empty()) else {
            let rest = region.sides.iter().skip(axis).map(|side| side.iter().next());
            if let Some(rest) = rest.collect::<Option<Point>>() {
                let before = chosen.iter().enumerate();
                let words = before.filter_map(|(at, piece)| space.axes.get(at)?.pieces.get(*piece));
                let count = words.fold(space.size_from(region, axis), |count, piece| {
                    count.saturating_mul(piece.words)
                });
                found.count = found.count.saturating_add(count);
                found.first.get_or_insert_with(|| [&chosen[..], &rest].concat());
            }
            return Ok(());
        };
        for piece in side.iter() {
            self.spend(covers.len())?;
            let holds = |cover: &&&Region| cover.sides[axis].has(piece);
            let covers: Vec<&Region> = covers.iter().filter(holds).copied().collect();
            chosen.push(piece);
            self.walk(space, region, &covers, chosen, (until, found))?;
            chosen.pop();
            if until == Until::First && found.first.is_some() {
                break;
            }
        }
        Ok(())
    }
}

/// A set of pieces of one axis.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pieces {
    words: Vec<u64>,
}

impl Pieces {
    fn all(count: usize) -> Self {
        (0..count).map(|_| true).collect()
    }

    fn has(&self, piece: usize) -> bool {
        self.words.get(piece / 64).is_some_and(|word| word >> (piece % 64) & 1 == 1)
    }

    fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        (0..self.words.len() * 64).filter(|piece| self.has(*piece))
    }

    fn and(&self, other: &Self) -> Self {
        let pairs = self.words.iter().zip(&other.words);
        Self { words: pairs.map(|(one, other)| one & other).collect() }
    }

    fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(one, other)| one & other != 0)
    }

    fn holds(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).all(|(one, other)| other & !one == 0)
    }
}

impl FromIterator<bool> for Pieces {
    fn from_iter<I: IntoIterator<Item = bool>>(iter: I) -> Self {
        let mut words = Vec::new();
        for (piece, is_in) in iter.into_iter().enumerate() {
            if piece % 64 == 0 {
                words.push(0);
            }
            if let Some(word) = words.last_mut() {
                *word |= u64::from(is_in) << (piece % 64);
            }
        }
        Self { words }
    }
}
