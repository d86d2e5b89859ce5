import * as v from 'valibot';
import { workspacePath } from '../path';
import { column, label, text } from '../terms';

export const description = 'Takes over a model of LightGBM, XGBoost or ONNX, to be evaluated and registered.';

export const options = v.strictObject({
  file: v.pipe(
    workspacePath('the path of a model file'),
    v.description('Text of LightGBM (`model.txt`), JSON of XGBoost (`model.json`), or ONNX (`model.onnx`).'),
  ),
  label: v.exactOptional(
    v.pipe(column(), v.description('The column that the model predicts. Without it: a column of the name `label`.')),
  ),
  classes: v.exactOptional(
    v.pipe(
      v.array(label(), 'must be a list of classes'),
      v.description('The classes of the label, by their numbers in the model. Without it: these numbers.'),
    ),
  ),
  columns: v.exactOptional(
    v.pipe(
      v.array(text('the name of a column'), 'must be a list of columns'),
      v.description('The columns of the data, in the order of its features. Without it: their names in the file.'),
    ),
  ),
});
