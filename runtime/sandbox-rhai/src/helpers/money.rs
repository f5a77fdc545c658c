//! Exact decimal numbers for money: crate `rust_decimal`, 28 digits. Rhai's operators work on them;
//! nothing here goes through a float.

use rhai::{Dynamic, Engine};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::fault::invalid;
use crate::given::{Function, Given};
use crate::meter::Fallible;

/// How many digits a decimal may have behind the point.
const MAX_SCALE: i64 = 28;

fn decimal(value: &Dynamic) -> Fallible<Decimal> {
    if let Ok(decimal) = value.as_decimal() {
        return Ok(decimal);
    }
    if let Ok(integer) = value.as_int() {
        return Ok(Decimal::from(integer));
    }
    let Ok(text) = value.as_immutable_string_ref() else {
        let found = value.type_name();
        return Err(invalid(
            "decimal",
            format!("a text or an integer is needed, this is a {found}"),
        ));
    };
    parse(&text)
}

fn parse(text: &str) -> Fallible<Decimal> {
    Decimal::from_str_exact(text.trim())
        .map_err(|error| invalid("decimal", format!("{text:?}: {error}")))
}

fn scale(digits: i64) -> Fallible<u32> {
    let digits = u32::try_from(digits)
        .ok()
        .filter(|digits| i64::from(*digits) <= MAX_SCALE);
    digits.ok_or_else(|| {
        invalid(
            "digits",
            format!("a number from 0 to {MAX_SCALE} is needed"),
        )
    })
}

fn to_minor(amount: Decimal, digits: i64) -> Fallible<i64> {
    let scale = scale(digits)?;
    let too_large = || invalid("to_minor", format!("{amount} is too large"));
    let factor = 10_i64.checked_pow(scale).ok_or_else(too_large)?;
    if let Some(more) = scale.checked_sub(amount.scale()) {
        // As many digits are asked for as there are: nothing would be cut off.
        let minor = amount.mantissa().checked_mul(10_i128.pow(more));
        let minor = minor.and_then(|minor| i64::try_from(minor).ok());
        return minor.ok_or_else(too_large);
    }
    let factor = Decimal::from(factor);
    let minor = amount.checked_mul(factor).ok_or_else(too_large)?;
    if !minor.fract().is_zero() {
        return Err(invalid(
            "to_minor",
            format!(
                "{amount} has more than {digits} digits behind the point; round_decimal says how to round"
            ),
        ));
    }
    minor.to_i64().ok_or_else(too_large)
}

fn from_minor(minor: i64, digits: i64) -> Fallible<Decimal> {
    let scale = scale(digits)?;
    Ok(Decimal::from_i128_with_scale(i128::from(minor), scale))
}

fn round(amount: Decimal, digits: i64, mode: &str) -> Fallible<Decimal> {
    let strategy = match mode {
        "half-even" => RoundingStrategy::MidpointNearestEven,
        "half-up" => RoundingStrategy::MidpointAwayFromZero,
        "half-down" => RoundingStrategy::MidpointTowardZero,
        "down" => RoundingStrategy::ToZero,
        "up" => RoundingStrategy::AwayFromZero,
        "floor" => RoundingStrategy::ToNegativeInfinity,
        "ceiling" => RoundingStrategy::ToPositiveInfinity,
        _ => {
            return Err(invalid(
                "round_decimal",
                "the mode is half-even, half-up, half-down, down, up, floor or ceiling",
            ));
        }
    };
    let scale = scale(digits)?;
    let mut rounded = amount.round_dp_with_strategy(scale, strategy);
    rounded.rescale(scale);
    Ok(rounded)
}

/// Finds what is called directly, by its name and number of arguments.
pub(crate) fn direct(name: &str, arguments: usize) -> Option<Function> {
    Some(match (name, arguments) {
        ("decimal", 1) => |_, given| {
            let decimal = match &given[0] {
                Given::Decimal(decimal) => Ok(*decimal),
                Given::Integer(integer) => Ok(Decimal::from(*integer)),
                text => parse(text.text()?),
            };
            Some(decimal.map(Given::Decimal))
        },
        ("to_minor", 2) => |_, given| match given {
            [Given::Decimal(amount), Given::Integer(digits)] => {
                Some(to_minor(*amount, *digits).map(Given::Integer))
            }
            _ => None,
        },
        _ => return None,
    })
}

/// Registers the decimals.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_fn("decimal", |value: Dynamic| decimal(&value))
        .register_fn("to_minor", to_minor)
        .register_fn("from_minor", from_minor)
        .register_fn("round_decimal", round);
}
