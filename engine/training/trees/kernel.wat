;; The loops in which trees spend their time, over one memory. Why WebAssembly: docs/decisions/0023.
;; A gradient pair is one i64: the sum of gradients in the upper 32 bits (signed), that of hessians in the lower (unsigned).
(module
  (import "trees" "memory" (memory 1))

  ;; Adds each listed row's pair to the bin it has in every feature. `bins`: rows × features bytes; 256 cells a feature.
  (func (export "histogram")
    (param $bins i32) (param $features i32) (param $rows i32) (param $count i32) (param $pairs i32) (param $sums i32)
    (local $end i32) (local $row i32) (local $rowEnd i32) (local $feature i32) (local $cell i32) (local $pair i64)
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $rows) (local.get $end)))
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
        (br $next))))

  ;; The same for `some` listed features only.
  (func (export "histogramOf")
    (param $bins i32) (param $features i32) (param $rows i32) (param $count i32) (param $pairs i32) (param $sums i32)
    (param $list i32) (param $some i32)
    (local $end i32) (local $row i32) (local $at i32) (local $listEnd i32) (local $feature i32) (local $cell i32)
    (local $pair i64)
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $listEnd (i32.add (local.get $list) (i32.shl (local.get $some) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $rows) (local.get $end)))
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
        (br $next))))

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

  ;; Puts the rows whose bin's byte in `table` is 1 before the others, both in the order they had. Gives their number.
  ;; `bins` points at the feature's byte of row 0; `spare` has room for all rows.
  (func (export "partition")
    (param $bins i32) (param $features i32) (param $rows i32) (param $count i32) (param $table i32) (param $spare i32)
    (result i32)
    (local $from i32) (local $end i32) (local $to i32) (local $other i32) (local $row i32)
    (local.set $from (local.get $rows))
    (local.set $to (local.get $rows))
    (local.set $other (local.get $spare))
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (local.set $row (i32.load (local.get $from)))
        (if
          (i32.load8_u
            (i32.add (local.get $table)
              (i32.load8_u (i32.add (local.get $bins) (i32.mul (local.get $row) (local.get $features))))))
          (then
            (i32.store (local.get $to) (local.get $row))
            (local.set $to (i32.add (local.get $to) (i32.const 4))))
          (else
            (i32.store (local.get $other) (local.get $row))
            (local.set $other (i32.add (local.get $other) (i32.const 4)))))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (br $next)))
    (memory.copy (local.get $to) (local.get $spare) (i32.sub (local.get $other) (local.get $spare)))
    (i32.shr_u (i32.sub (local.get $to) (local.get $rows)) (i32.const 2)))

  (func (export "clear") (param $at i32) (param $bytes i32)
    (memory.fill (local.get $at) (i32.const 0) (local.get $bytes)))
)
