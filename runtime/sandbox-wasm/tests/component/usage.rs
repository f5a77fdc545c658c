//! What calls of a component used, for whoever measures it.

use remold_host_api::{Transform, Usage};

use super::support::{for_each, instance, options, run, texts};

/// A component that counts to a number for each record.
fn counting_to(number: u32) -> Vec<u8> {
    let body = format!(
        "(local.set $n (i32.const {number}))
         (loop $more (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if $more (local.get $n)))"
    );
    for_each(
        "(call $count)",
        &format!("(func $count (local $n i32) {body})"),
    )
}

fn used(instance: &mut dyn Transform, records: usize) -> Usage {
    instance.take_usage();
    let ran = run(instance, &texts(records));
    assert!(ran.outcomes.iter().all(Result::is_ok), "{:?}", ran.outcomes);
    instance.take_usage().expect("components are counted")
}

#[test]
fn fuel_is_the_same_each_time_and_grows_with_the_work() {
    let fresh =
        |number, records| used(instance(&counting_to(number), options()).as_mut(), records).fuel;
    let one = fresh(1000, 1);
    assert!(one > 100, "{one}");
    assert_eq!(fresh(1000, 1), one);
    assert!(fresh(2000, 1) > one);
    assert!(fresh(1000, 10) > 9 * one);
}

#[test]
fn memory_is_what_the_component_has_grown_to() {
    let page = 64 << 10;
    let still = for_each("", "");
    let growing = for_each("(drop (memory.grow (i32.const 3)))", "");
    let memory = |module: &[u8]| {
        used(instance(module, options()).as_mut(), 1)
            .memory
            .expect("it is known")
    };
    assert_eq!(memory(&growing) - memory(&still), 3 * page);
    assert!(memory(&still) >= page);
}

#[test]
fn a_batch_that_is_tried_again_counts_what_it_took_altogether() {
    let trapping = for_each(
        "(if (i32.eq (local.get $i) (i32.const 1)) (then (unreachable))) (call $work)",
        "(func $work (local $n i32) (local.set $n (i32.const 4000)) (loop $more (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if $more (local.get $n))))",
    );
    let mut instance = instance(&trapping, options());
    instance.take_usage();
    let ran = run(instance.as_mut(), &texts(2));
    // Alone, each of them is the first of its batch.
    assert!(ran.outcomes.iter().all(Result::is_ok), "{:?}", ran.outcomes);
    let twice = instance.take_usage().expect("it is counted").fuel;
    let once = {
        run(instance.as_mut(), &texts(1));
        instance.take_usage().expect("it is counted").fuel
    };
    assert!(twice > 2 * once, "{twice}, {once}");
}
