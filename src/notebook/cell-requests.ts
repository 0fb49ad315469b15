import { setRunningCell } from './cell';

interface Request {
  readonly code: string;
  /** What the front end calls the cell. */
  readonly cellId?: string;
}
interface Message {
  readonly metadata?: { readonly cellId?: unknown };
  content: Request;
}
interface Tslab {
  readonly JupyterHandlerImpl: {
    prototype: { execCount: number; handleExecuteImpl(request: Request, ...more: unknown[]): Promise<unknown> };
  };
  readonly ZmqServer: { prototype: { handleExecute(socket: unknown, message: Message): Promise<void> } };
}

/** Tells which cell runs: its number as Jupyter counts, and what JupyterLab and VS Code call it. */
export function followRequests(): void {
  const { JupyterHandlerImpl, ZmqServer } = require('tslab/dist/jupyter') as Tslab;
  const { handleExecute } = ZmqServer.prototype;
  ZmqServer.prototype.handleExecute = function (socket, message) {
    const { cellId } = message.metadata ?? {};
    if (typeof cellId === 'string') message.content = { ...message.content, cellId };
    return handleExecute.call(this, socket, message);
  };
  const { handleExecuteImpl } = JupyterHandlerImpl.prototype;
  // Requests wait for one another: here one begins.
  JupyterHandlerImpl.prototype.handleExecuteImpl = function (request, ...more) {
    setRunningCell({ number: this.execCount + 1, key: request.cellId ?? request.code });
    return handleExecuteImpl.call(this, request, ...more);
  };
}
