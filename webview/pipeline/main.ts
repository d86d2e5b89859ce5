import '../shared/base.css';
import '../shared/graph/graph.css';
import './pipeline.css';
import { openPage } from '../shared/page';
import type { PipelineContext } from './context';
import { PipelinePage } from './pipelinePage';

const opened = openPage();
const { channel, init } = opened;
const { subject } = init;
if (subject.page !== 'pipeline') throw new Error('This page shows a pipeline.');

let { trusted } = init;
const context: PipelineContext = {
  ...opened,
  pipeline: subject.pipeline,
  trusted: () => trusted,
  act: async (method, params, then) => {
    if (method === 'host/startRun') page.followNext();
    try {
      const result = await channel.call(method, params);
      page.clearMessage();
      then?.(result);
    } catch (error) {
      page.tell(error);
    }
  },
};
const page = new PipelinePage(context);
document.body.append(page.element);
channel.onSaid('showRun', ({ run, step }) => void page.open(run, step));
channel.onSaid('trusted', () => {
  trusted = true;
  page.update();
});
void page.start();
channel.ready();
