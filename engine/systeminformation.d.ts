/** The part of the library that looks at the network; its types are those of the whole. */
declare module 'systeminformation/lib/network' {
  export { networkStats } from 'systeminformation';
}
