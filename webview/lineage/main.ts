import '../shared/base.css';
import '../shared/graph/graph.css';
import './lineage.css';
import { openPage } from '../shared/page';
import type { LineageContext } from './context';
import { LineagePage } from './lineagePage';

const opened = openPage();
const { channel, init } = opened;
const { subject } = init;
if (subject.page !== 'lineage') throw new Error('This page shows a lineage.');

const context: LineageContext = {
  ...opened,
  node: subject.node,
  act: async (method, params) => {
    try {
      await channel.call(method, params);
      page.clearMessage();
    } catch (error) {
      page.tell(error);
    }
  },
};
const page = new LineagePage(context);
document.body.append(page.element);
channel.onSaid('showAffected', () => page.showAffected());
void page.start();
channel.ready();
