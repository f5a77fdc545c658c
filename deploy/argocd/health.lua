-- Health of Remold's custom resources for Argo CD: the same script for every kind of the group remold.dev.
--
-- In the ConfigMap argocd-cm:
--   resource.customizations.health.remold.dev_RedisMigration: |
--     (this file)
local health = { status = "Progressing", message = "nothing is known of it yet" }
if obj.metadata.deletionTimestamp ~= nil then
  health.message = "it is being deleted: workers finish their batches first"
  return health
end
if obj.status == nil or obj.status.conditions == nil then
  return health
end
if obj.status.observedGeneration ~= nil and obj.metadata.generation ~= nil
    and obj.status.observedGeneration ~= obj.metadata.generation then
  health.message = "the controller has not seen the newest document yet"
  return health
end
local found = {}
for _, condition in ipairs(obj.status.conditions) do
  found[condition.type] = condition
end
local ready = found["Ready"]
if ready == nil then
  return health
end
health.message = ready.reason .. ": " .. (ready.message or "")
if ready.status == "True" then
  health.status = "Healthy"
elseif found["Stalled"] ~= nil and found["Stalled"].status == "True" then
  health.status = "Degraded"
elseif found["Reconciling"] ~= nil and found["Reconciling"].status == "True" then
  health.status = "Progressing"
else
  -- Neither at work nor stuck: a person has to say something, or has said that nothing is to be done.
  health.status = "Suspended"
end
return health
