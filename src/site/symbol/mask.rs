//! The choice of the mask, on whole rows at a time.
//!
//! The penalties are those of ISO/IEC 18004:2015, 7.8.3, as
//! `qrcode::canvas::Canvas::apply_best_mask` reads them: a pattern like the
//! finder's counts even where the quiet zone completes it, and the share of
//! dark modules is not rounded to steps of 5 %. What that adds to every mask
//! alike (−360 for the three finders) is left out.

use super::layout::{Layout, Row};

/// Light rows kept above and below the symbol: a pattern like the finder's may
/// lean on the quiet zone.
const MARGIN: usize = 4;

/// The finished rows under the best mask for these data bits: the one of the
/// lowest penalty, and among equals the first.
pub(super) fn apply_best(layout: &Layout, data: &[Row]) -> Box<[Row]> {
    let mut canvas = vec![0; layout.width + 2 * MARGIN];
    let mut best = (&layout.blank[0], u32::MAX);
    for blank in &layout.blank {
        draw(&mut canvas[MARGIN..], blank, data);
        let penalty = penalty(&canvas, layout.width, best.1);
        if penalty < best.1 {
            best = (blank, penalty);
        }
    }
    best.0.iter().zip(data).map(|(blank, data)| blank ^ data).collect()
}

fn draw(rows: &mut [Row], blank: &[Row], data: &[Row]) {
    for ((row, blank), data) in rows.iter_mut().zip(blank).zip(data) {
        *row = blank ^ data;
    }
}

/// The penalty of the symbol of this width between its margins; some number
/// not below `enough` as soon as that is reached.
fn penalty(canvas: &[Row], width: usize, enough: u32) -> u32 {
    let rows = &canvas[MARGIN..MARGIN + width];
    let mut sum = balance(rows);
    for part in [runs_across, runs_down, blocks] {
        sum += part(rows);
        if sum >= enough {
            return sum;
        }
    }
    sum + finders_across(rows) + finders_down(canvas)
}

/// The modules that are like their right neighbour.
fn like_right(row: Row, width: usize) -> Row {
    !(row ^ row >> 1) & side(width - 1)
}

/// The modules that are like the one below them.
fn like_below(row: Row, below: Row, width: usize) -> Row {
    !(row ^ below) & side(width)
}

/// A row of this many dark modules.
fn side(width: usize) -> Row {
    (1 << width) - 1
}

/// Runs of n ≥ 5 like modules in a row: n − 2 each, which is 1 for each stretch
/// of five and 2 more where the first one begins.
fn runs_across(rows: &[Row]) -> u32 {
    let points = |row: &Row| {
        let like = like_right(*row, rows.len());
        let five = like & like >> 1 & like >> 2 & like >> 3;
        five.count_ones() + 2 * (five & !(five << 1)).count_ones()
    };
    rows.iter().map(points).sum()
}

/// The same in columns, all columns at once.
fn runs_down(rows: &[Row]) -> u32 {
    let mut sum = 0;
    let mut like = [0; 3];
    let mut five_before = 0;
    for pair in rows.windows(2) {
        let last = like_below(pair[0], pair[1], rows.len());
        let five = like[0] & like[1] & like[2] & last;
        sum += five.count_ones() + 2 * (five & !five_before).count_ones();
        like = [like[1], like[2], last];
        five_before = five;
    }
    sum
}

/// Blocks of 2 × 2 like modules: 3 each, overlapping ones counted.
fn blocks(rows: &[Row]) -> u32 {
    let width = rows.len();
    let alike = |pair: &[Row]| {
        like_right(pair[0], width)
            & like_right(pair[1], width)
            & like_below(pair[0], pair[1], width)
    };
    3 * rows.windows(2).map(|pair| alike(pair).count_ones()).sum::<u32>()
}

/// Patterns dark 1, light 1, dark 3, light 1, dark 1 in a row, with four light
/// modules before or after: 40 each.
fn finders_across(rows: &[Row]) -> u32 {
    let found = |row: &Row| {
        let row = *row;
        let core = row & !(row >> 1) & row >> 2 & row >> 3 & row >> 4 & !(row >> 5) & row >> 6;
        let before = row << 1 | row << 2 | row << 3 | row << 4;
        let after = row >> 7 | row >> 8 | row >> 9 | row >> 10;
        (core & !(before & after)).count_ones()
    };
    40 * rows.iter().map(found).sum::<u32>()
}

/// The same in columns, all columns at once; takes the rows with their margins.
fn finders_down(canvas: &[Row]) -> u32 {
    let found = |rows: &[Row]| {
        let core = rows[4] & !rows[5] & rows[6] & rows[7] & rows[8] & !rows[9] & rows[10];
        let before = rows[0] | rows[1] | rows[2] | rows[3];
        let after = rows[11] | rows[12] | rows[13] | rows[14];
        (core & !(before & after)).count_ones()
    };
    40 * canvas.windows(MARGIN + 7 + MARGIN).map(found).sum::<u32>()
}

/// The distance of the dark share from one half, in half percents rounded
/// towards the lighter side.
fn balance(rows: &[Row]) -> u32 {
    let dark = rows.iter().map(|row| row.count_ones()).sum::<u32>();
    let modules = u32::try_from(rows.len() * rows.len()).expect("at most 125 × 125 modules");
    (dark * 200 / modules).abs_diff(100)
}
