import '../shared/base.css';
import '../shared/charts/charts.css';
import '../shared/grid/grid.css';
import '../shared/menu.css';
import './experiments.css';
import './compare/compare.css';
import { openPage } from '../shared/page';
import { ExperimentsPage } from './experimentsPage';

const opened = openPage();
const page = new ExperimentsPage(opened);
document.body.append(page.element);
opened.channel.ready();
void page.start();
