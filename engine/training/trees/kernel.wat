;; The loops in which trees spend their time, over one memory that threads share. Why WebAssembly: docs/decisions/0023.
;; A gradient pair is one i64: the sum of gradients in the upper 32 bits (signed), that of hessians in the lower (unsigned).
(module
  (import "trees" "memory" (memory 1 65536 shared))

  ;; Bytes of a list of rows that are gone through at once: 32 rows where more than three of four in between are not in
  ;; the list, else all.
  (func $batchBytes (param $rows i32) (param $count i32) (result i32)
    (if (result i32) (i32.eqz (local.get $count))
      (then (i32.const -1))
      (else
        (select
          (i32.const 128)
          (i32.const -1)
          (i32.gt_u
            (i32.shr_u
              (i32.sub
                (i32.load
                  (i32.add (local.get $rows) (i32.shl (i32.sub (local.get $count) (i32.const 1)) (i32.const 2))))
                (i32.load (local.get $rows)))
              (i32.const 2))
            (local.get $count))))))

  ;; Reads a little of each row, so that the processor waits for the memory of all of them at once instead of row by row.
  ;; What it gives is of no meaning, and only keeps the reads from being left out.
  (func $touch
    (param $bins i32) (param $features i32) (param $rows i32) (param $end i32) (param $pairs i32) (result i32)
    (local $row i32) (local $seen i32)
    (loop $next
      (local.set $row (i32.load (local.get $rows)))
      (local.set $seen
        (i32.or (local.get $seen)
          (i32.load (i32.add (local.get $pairs) (i32.shl (local.get $row) (i32.const 3))))))
      (local.set $row (i32.add (local.get $bins) (i32.mul (local.get $row) (local.get $features))))
      (local.set $seen
        (i32.or (local.get $seen)
          (i32.or
            (i32.load8_u (local.get $row))
            (i32.load8_u (i32.sub (i32.add (local.get $row) (local.get $features)) (i32.const 1))))))
      (local.set $rows (i32.add (local.get $rows) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $rows) (local.get $end))))
    (local.get $seen))

  ;; Adds each listed row's pair to the bin it has in every feature. `bins`: rows × features bytes; 256 cells a feature.
  ;; Gives what touching gave.
  (func (export "histogram")
    (param $bins i32) (param $features i32) (param $rows i32) (param $count i32) (param $pairs i32) (param $sums i32)
    (result i32)
    (local $end i32) (local $batch i32) (local $batchBytes i32) (local $seen i32) (local $row i32)
    (local $feature i32) (local $cell i32) (local $rowEnd i32) (local $pair i64)
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $batchBytes (call $batchBytes (local.get $rows) (local.get $count)))
    (block $done
      (loop $batches
        (br_if $done (i32.ge_u (local.get $rows) (local.get $end)))
        (local.set $batch
          (select
            (local.get $end)
            (i32.add (local.get $rows) (local.get $batchBytes))
            (i32.le_u (i32.sub (local.get $end) (local.get $rows)) (local.get $batchBytes))))
        (if (i32.eq (local.get $batchBytes) (i32.const 128))
          (then
            (local.set $seen
              (i32.or (local.get $seen)
                (call $touch
                  (local.get $bins) (local.get $features) (local.get $rows) (local.get $batch) (local.get $pairs))))))
        (loop $next
          (local.set $row (i32.load (local.get $rows)))
          (local.set $pair (i64.load (i32.add (local.get $pairs) (i32.shl (local.get $row) (i32.const 3)))))
          (local.set $row (i32.add (local.get $bins) (i32.mul (local.get $row) (local.get $features))))
          (local.set $rowEnd (i32.add (local.get $row) (local.get $features)))
          (local.set $feature (local.get $sums))
          (loop $cells
            (local.set $cell
              (i32.add (local.get $feature) (i32.shl (i32.load8_u (local.get $row)) (i32.const 3))))
            (i64.store (local.get $cell) (i64.add (i64.load (local.get $cell)) (local.get $pair)))
            (local.set $feature (i32.add (local.get $feature) (i32.const 2048)))
            (local.set $row (i32.add (local.get $row) (i32.const 1)))
            (br_if $cells (i32.lt_u (local.get $row) (local.get $rowEnd))))
          (local.set $rows (i32.add (local.get $rows) (i32.const 4)))
          (br_if $next (i32.lt_u (local.get $rows) (local.get $batch))))
        (br $batches)))
    (local.get $seen))

  ;; The same for `some` listed features only.
  (func (export "histogramOf")
    (param $bins i32) (param $features i32) (param $rows i32) (param $count i32) (param $pairs i32) (param $sums i32)
    (param $list i32) (param $some i32)
    (result i32)
    (local $end i32) (local $batch i32) (local $batchBytes i32) (local $seen i32) (local $row i32)
    (local $feature i32) (local $cell i32) (local $at i32) (local $listEnd i32) (local $pair i64)
    (local.set $listEnd (i32.add (local.get $list) (i32.shl (local.get $some) (i32.const 2))))
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $batchBytes (call $batchBytes (local.get $rows) (local.get $count)))
    (block $done
      (loop $batches
        (br_if $done (i32.ge_u (local.get $rows) (local.get $end)))
        (local.set $batch
          (select
            (local.get $end)
            (i32.add (local.get $rows) (local.get $batchBytes))
            (i32.le_u (i32.sub (local.get $end) (local.get $rows)) (local.get $batchBytes))))
        (if (i32.eq (local.get $batchBytes) (i32.const 128))
          (then
            (local.set $seen
              (i32.or (local.get $seen)
                (call $touch
                  (local.get $bins) (local.get $features) (local.get $rows) (local.get $batch) (local.get $pairs))))))
        (loop $next
          (local.set $row (i32.load (local.get $rows)))
          (local.set $pair (i64.load (i32.add (local.get $pairs) (i32.shl (local.get $row) (i32.const 3)))))
          (local.set $row (i32.add (local.get $bins) (i32.mul (local.get $row) (local.get $features))))
          (local.set $at (local.get $list))
          (loop $cells
            (local.set $feature (i32.load (local.get $at)))
            (local.set $cell
              (i32.add
                (i32.add (local.get $sums) (i32.shl (local.get $feature) (i32.const 11)))
                (i32.shl (i32.load8_u (i32.add (local.get $row) (local.get $feature))) (i32.const 3))))
            (i64.store (local.get $cell) (i64.add (i64.load (local.get $cell)) (local.get $pair)))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (br_if $cells (i32.lt_u (local.get $at) (local.get $listEnd))))
          (local.set $rows (i32.add (local.get $rows) (i32.const 4)))
          (br_if $next (i32.lt_u (local.get $rows) (local.get $batch))))
        (br $batches)))
    (local.get $seen))

  ;; from -= by, cell by cell
  (func (export "subtract") (param $from i32) (param $by i32) (param $cells i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $cells) (i32.const 3))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (i64.store (local.get $from) (i64.sub (i64.load (local.get $from)) (i64.load (local.get $by))))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))
        (local.set $by (i32.add (local.get $by) (i32.const 8)))
        (br $next))))

  ;; to += from, cell by cell
  (func (export "add") (param $to i32) (param $from i32) (param $cells i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $cells) (i32.const 3))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $to) (local.get $end)))
        (i64.store (local.get $to) (i64.add (i64.load (local.get $to)) (i64.load (local.get $from))))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))
        (br $next))))

  ;; Puts the rows whose bin's byte in `table` is 1 first, in the order they had, and the others into `spare`. Gives the
  ;; number of the first. `bins` points at the feature's byte of row 0. Every row is written to both ends, and only one
  ;; end moves: a branch would be guessed wrong half of the time.
  (func (export "partition")
    (param $bins i32) (param $features i32) (param $rows i32) (param $count i32) (param $table i32) (param $spare i32)
    (result i32)
    (local $from i32) (local $end i32) (local $to i32) (local $row i32) (local $isLeft i32)
    (local.set $from (local.get $rows))
    (local.set $to (local.get $rows))
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (local.set $row (i32.load (local.get $from)))
        (local.set $isLeft
          (i32.shl
            (i32.load8_u
              (i32.add (local.get $table)
                (i32.load8_u (i32.add (local.get $bins) (i32.mul (local.get $row) (local.get $features))))))
            (i32.const 2)))
        (i32.store (local.get $to) (local.get $row))
        (i32.store (local.get $spare) (local.get $row))
        (local.set $to (i32.add (local.get $to) (local.get $isLeft)))
        (local.set $spare (i32.sub (i32.add (local.get $spare) (i32.const 4)) (local.get $isLeft)))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (br $next)))
    (i32.shr_u (i32.sub (local.get $to) (local.get $rows)) (i32.const 2)))

  ;; Sums the gradients, their absolute values and the hessians of the listed rows, in their order, into three f64 at `into`.
  (func (export "totals")
    (param $rows i32) (param $count i32) (param $gradients i32) (param $hessians i32) (param $into i32)
    (local $end i32) (local $row i32) (local $gradient f64) (local $sum f64) (local $size f64) (local $hessian f64)
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $rows) (local.get $end)))
        (local.set $row (i32.shl (i32.load (local.get $rows)) (i32.const 3)))
        (local.set $gradient (f64.load (i32.add (local.get $gradients) (local.get $row))))
        (local.set $sum (f64.add (local.get $sum) (local.get $gradient)))
        (local.set $size (f64.add (local.get $size) (f64.abs (local.get $gradient))))
        (local.set $hessian
          (f64.add (local.get $hessian) (f64.load (i32.add (local.get $hessians) (local.get $row)))))
        (local.set $rows (i32.add (local.get $rows) (i32.const 4)))
        (br $next)))
    (f64.store (local.get $into) (local.get $sum))
    (f64.store offset=8 (local.get $into) (local.get $size))
    (f64.store offset=16 (local.get $into) (local.get $hessian)))

  ;; Rounds the gradient and the hessian of the listed rows to whole units (two f64 at `units`), side by side in `pairs`.
  (func (export "round")
    (param $rows i32) (param $count i32) (param $gradients i32) (param $hessians i32) (param $pairs i32) (param $units i32)
    (local $end i32) (local $row i32) (local $gradient f64) (local $hessian f64)
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $gradient (f64.load (local.get $units)))
    (local.set $hessian (f64.load offset=8 (local.get $units)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $rows) (local.get $end)))
        (local.set $row (i32.shl (i32.load (local.get $rows)) (i32.const 3)))
        (i64.store (i32.add (local.get $pairs) (local.get $row))
          (i64.or
            (i64.shl
              (i64.trunc_f64_s
                (f64.nearest
                  (f64.div (f64.load (i32.add (local.get $gradients) (local.get $row))) (local.get $gradient))))
              (i64.const 32))
            (i64.trunc_f64_u
              (f64.nearest
                (f64.div (f64.load (i32.add (local.get $hessians) (local.get $row))) (local.get $hessian))))))
        (local.set $rows (i32.add (local.get $rows) (i32.const 4)))
        (br $next))))

  ;; The bin of each of `count` numbers, `stride` bytes apart, to `bins`, `step` bytes apart: how many of the 256 rising
  ;; `edges` (filled up with infinities) lie below it; `missing` where it is NaN. Eight halvings without a branch.
  (func (export "bin")
    (param $values i32) (param $stride i32) (param $count i32) (param $edges i32) (param $missing i32)
    (param $bins i32) (param $step i32)
    (local $value f64) (local $at i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $value (f64.load (local.get $values)))
        (local.set $at (local.get $edges))
        (local.set $at
          (i32.add (local.get $at)
            (i32.shl (f64.lt (f64.load offset=1016 (local.get $at)) (local.get $value)) (i32.const 10))))
        (local.set $at
          (i32.add (local.get $at)
            (i32.shl (f64.lt (f64.load offset=504 (local.get $at)) (local.get $value)) (i32.const 9))))
        (local.set $at
          (i32.add (local.get $at)
            (i32.shl (f64.lt (f64.load offset=248 (local.get $at)) (local.get $value)) (i32.const 8))))
        (local.set $at
          (i32.add (local.get $at)
            (i32.shl (f64.lt (f64.load offset=120 (local.get $at)) (local.get $value)) (i32.const 7))))
        (local.set $at
          (i32.add (local.get $at)
            (i32.shl (f64.lt (f64.load offset=56 (local.get $at)) (local.get $value)) (i32.const 6))))
        (local.set $at
          (i32.add (local.get $at)
            (i32.shl (f64.lt (f64.load offset=24 (local.get $at)) (local.get $value)) (i32.const 5))))
        (local.set $at
          (i32.add (local.get $at)
            (i32.shl (f64.lt (f64.load offset=8 (local.get $at)) (local.get $value)) (i32.const 4))))
        (local.set $at
          (i32.add (local.get $at)
            (i32.shl (f64.lt (f64.load offset=0 (local.get $at)) (local.get $value)) (i32.const 3))))
        (i32.store8 (local.get $bins)
          (select
            (i32.shr_u (i32.sub (local.get $at) (local.get $edges)) (i32.const 3))
            (local.get $missing)
            (f64.eq (local.get $value) (local.get $value))))
        (local.set $values (i32.add (local.get $values) (local.get $stride)))
        (local.set $bins (i32.add (local.get $bins) (local.get $step)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next))))

  (func (export "clear") (param $at i32) (param $bytes i32)
    (memory.fill (local.get $at) (i32.const 0) (local.get $bytes)))
)
