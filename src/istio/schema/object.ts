import { BOOLEAN, listOf, mapOf, objectOf, Schema, STRING } from './schema';

const DATE_TIME: Schema = { type: 'time' };

/** The `status` of every kind: Istio writes it, but a manifest may carry one. */
export const STATUS = objectOf({
  conditions: listOf(objectOf({
    ...Object.fromEntries(['type', 'status', 'reason', 'message'].map(name => [name, STRING])),
    lastProbeTime: DATE_TIME,
    lastTransitionTime: DATE_TIME,
    observedGeneration: { type: 'int-or-string' },
  })),
  observedGeneration: { type: 'int-or-string' },
  validationMessages: listOf(objectOf({
    documentationUrl: STRING,
    level: { type: 'string', enum: ['UNKNOWN', 'ERROR', 'WARNING', 'INFO'] },
    type: objectOf({ code: STRING, name: STRING }),
  })),
}, { open: true });

/** The `metadata` of every Kubernetes object. */
export const METADATA = objectOf({
  ...Object.fromEntries(['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion'].map(name => [name, STRING])),
  generation: { type: 'integer' },
  creationTimestamp: DATE_TIME,
  deletionTimestamp: DATE_TIME,
  deletionGracePeriodSeconds: { type: 'integer' },
  labels: mapOf(STRING),
  annotations: mapOf(STRING),
  finalizers: listOf(STRING),
  ownerReferences: listOf(objectOf({
    apiVersion: STRING, kind: STRING, name: STRING, uid: STRING, controller: BOOLEAN, blockOwnerDeletion: BOOLEAN,
  })),
  managedFields: listOf(objectOf({
    manager: STRING, operation: STRING, apiVersion: STRING, time: DATE_TIME, fieldsType: STRING, fieldsV1: { type: 'any' }, subresource: STRING,
  })),
});
