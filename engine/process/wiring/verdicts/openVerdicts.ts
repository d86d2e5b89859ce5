import type { ConfigService } from '../../../config/service';
import { VerdictService } from '../../../verdicts/service';
import type { CiSourceOptions } from './ciSource';
import { ciSource } from './ciSource';
import { configSource } from './configSource';
import type { DataSourceOptions } from './dataSource';
import { dataSource } from './dataSource';
import type { GateSourceOptions } from './gateSource';
import { gateSource } from './gateSource';
import type { InfraSourceOptions } from './infraSource';
import { infraSource } from './infraSource';
import type { AuditSourceOptions } from './auditSource';
import { auditSource } from './auditSource';
import { securitySource } from './securitySource';

export interface VerdictRooms
  extends DataSourceOptions, GateSourceOptions, CiSourceOptions, InfraSourceOptions, AuditSourceOptions {
  readonly config: ConfigService;
  readonly configFile: string;
}

/** All sources of verdicts, in the order of a report. */
export const openVerdicts = ({ config, configFile, ...rooms }: VerdictRooms): VerdictService =>
  new VerdictService({
    configFile,
    config,
    sources: [
      ...[
        configSource(configFile),
        dataSource(rooms),
        gateSource(rooms),
        securitySource(rooms),
        auditSource(rooms),
        ciSource(rooms),
      ],
      infraSource(rooms),
    ],
  });
