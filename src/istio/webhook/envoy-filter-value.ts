import { envoyFields } from './envoy-fields';
import { meantType } from './filter-types';
import { misspelt } from '../../util/misspelling';
import { at, Report, shown } from '../problem';
import { decode } from '../schema/decode';
import { BOOLEAN, isObject, objectOf, Schema, STRING } from '../schema/schema';

const ANYTHING: Schema = { type: 'any' };

/** A filter, or the configuration of one: what it is called, and its settings. */
const CONFIGURED = { name: STRING, typedConfig: ANYTHING };

const FILTER = { ...CONFIGURED, configDiscovery: ANYTHING };

/** The first fields of Envoy's messages for filters, by what is patched. */
const FILTERS: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  HTTP_FILTER: { ...FILTER, isOptional: BOOLEAN, disabled: BOOLEAN },
  NETWORK_FILTER: FILTER,
  LISTENER_FILTER: { ...FILTER, filterDisabled: ANYTHING },
  EXTENSION_CONFIG: CONFIGURED,
};

/**
 * What istiod says of what is put into the configuration of proxies, as far as it can be told without all of Envoy's messages: their first fields, settings without type, and types of the second version of Envoy's
 * API, or with a slip. What stands deeper is not looked at.
 */
export function checkPatchValue(applyTo: string, value: Readonly<Record<string, unknown>>, field: string, error: Report, warn: Report): void {
  const { [applyTo]: filter } = FILTERS;
  const known = filter ? Object.keys(filter) : envoyFields(applyTo);
  decode('protobuf', objectOf(filter ?? (known ? { name: STRING } : {})), value, field, error);
  if (known) { warnOfFields(value, known, field, warn); }
  if (filter) { warnOfSettings(value, field, warn); }
  checkTypes(value, field, error);
}

function warnOfFields(value: Readonly<Record<string, unknown>>, known: readonly string[], field: string, warn: Report): void {
  const names = known.map(camelCase);
  Object.keys(value).filter(name => !names.includes(camelCase(name))).forEach(name => {
    const meant = misspelt(name, known);
    warn(at(field, name), `should be a field of Envoy's, got '${name}'; istiod leaves it out, and perhaps the patch with it, ${meant === undefined ? 'so correct it' : `so write '${meant}'`}`);
  });
}

function warnOfSettings(value: Readonly<Record<string, unknown>>, field: string, warn: Report): void {
  if (!Object.keys(value).some(name => ['typedConfig', 'configDiscovery'].includes(camelCase(name)))) {
    warn(at(field, 'typed_config'), "should be given, got nothing; Envoy no longer finds a filter by its name, so give its settings with '@type'");
  }
}

/** Messages take their names with underscores as well. */
function camelCase(name: string): string { return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()); }

/** What a message of the second version is called. */
const SECOND_VERSION = /(^|\/)envoy\..*\.v2(alpha|beta)?\d*\./;

/** Settings, wherever they stand, are of a type that they name. */
function checkTypes(value: unknown, field: string, error: Report): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => checkTypes(item, at(field, index), error));
  } else if (isObject(value)) {
    Object.entries(value).forEach(([name, item]) => {
      if (camelCase(name) === 'typedConfig' && item !== null) { checkSettings(item, at(field, name), error); }
      checkTypes(item, at(field, name), error);
    });
  }
}

function checkSettings(settings: unknown, field: string, error: Report): void {
  if (!isObject(settings)) {
    error(field, `must be an object, got ${shown(settings)}; give the settings with '@type'`);
    return;
  }
  const type = settings['@type'];
  if (type === undefined) {
    error(at(field, '@type'), "must be given, got nothing; write 'type.googleapis.com/' and the name of Envoy's message");
  } else if (typeof type !== 'string' || type === '' || SECOND_VERSION.test(type)) {
    error(at(field, '@type'), `must be a message of the third version of Envoy's API, got ${shown(type)}; write 'type.googleapis.com/' and its name`);
  } else {
    const meant = meantType(type);
    if (meant !== undefined) { error(at(field, '@type'), `must be a message that Envoy has, got ${shown(type)}; did you mean '${meant}'?`); }
  }
}
