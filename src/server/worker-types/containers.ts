import {
  block,
  blockOf,
  commonFields,
  decimal,
  filled,
  flag,
  integer,
  object,
  secret,
  text,
  texts,
  type WorkerType,
} from "./fields.ts";

const registry = blockOf(
  "DockerRegistryCredentials",
  "docker-registry-credentials",
  {
    username: text("Name that the registry knows."),
    password: secret("Password or token of the registry."),
    registry_url: text("Where the registry is, such as index.docker.io."),
    reauth: flag("Whether to sign in anew each time.", { default: true }),
  },
  { required: ["username", "password", "registry_url"], secret_fields: ["password"] },
);

export const processWorker: WorkerType = {
  type: "process",
  collection: "prefect",
  name: "Process",
  description: "Starts each flow run as a process of its own, on the machine of the worker.",
  logo: "process",
  variables: {
    ...commonFields,
    stream_output: flag("Whether the worker prints what the process prints.", { default: true }),
    working_dir: text("Folder that the process starts in; a temporary one when left out.", {
      format: "path",
    }),
  },
  job: filled("command", "env", "labels", "name", "stream_output", "working_dir"),
};

export const docker: WorkerType = {
  type: "docker",
  collection: "prefect-docker",
  name: "Docker",
  description: "Starts each flow run in a container of its own; the worker needs a Docker engine.",
  logo: "docker",
  variables: {
    ...commonFields,
    image: text("Image that the container is made from.", {
      example: "docker.io/prefecthq/prefect:3-latest",
    }),
    registry_credentials: block("DockerRegistryCredentials", "How to sign in where the image comes from."),
    image_pull_policy: text("When the image is fetched.", {
      enum: ["IfNotPresent", "Always", "IfPossible", "Never"],
    }),
    networks: texts("Networks of Docker that the container joins."),
    network_mode: text("Network mode of the container, such as host or bridge."),
    auto_remove: flag("Whether the container is removed when it has ended.", { default: false }),
    volumes: texts("Folders that the container sees, each as outside:inside."),
    stream_output: flag("Whether the worker prints what the container prints.", { default: true }),
    container_wait_timeout: integer("Seconds to wait for the container; forever when left out.", {
      exclusiveMinimum: 0,
    }),
    mem_limit: text("Most memory of the container, such as 512m or 2g."),
    memswap_limit: text("Most memory and swap together; -1 is without a limit."),
    privileged: flag("Whether the container has extended rights on its host.", { default: false }),
  },
  definitions: { DockerRegistryCredentials: registry },
  job: {
    ...filled("command", "env", "labels", "name", "image", "registry_credentials", "image_pull_policy"),
    ...filled("networks", "network_mode", "auto_remove", "volumes", "stream_output"),
    ...filled("container_wait_timeout", "mem_limit", "memswap_limit", "privileged"),
  },
};

const container = {
  name: "prefect-job",
  ...filled("env", "image"),
  imagePullPolicy: "{{ image_pull_policy }}",
  args: "{{ command }}",
  resources: {
    limits: { cpu: "{{ cpu_limit }}", memory: "{{ memory_limit }}" },
    requests: { cpu: "{{ cpu_request }}", memory: "{{ memory_request }}" },
  },
};

export const kubernetes: WorkerType = {
  type: "kubernetes",
  collection: "prefect-kubernetes",
  name: "Kubernetes",
  description: "Starts each flow run as a job of a Kubernetes cluster.",
  logo: "kubernetes",
  variables: {
    ...commonFields,
    namespace: text("Namespace that the job is made in.", { default: "default" }),
    image: text("Image that the job runs.", { example: "docker.io/prefecthq/prefect:3-latest" }),
    service_account_name: text("Service account that the job runs as."),
    image_pull_policy: text("When the image is fetched.", {
      default: "IfNotPresent",
      enum: ["IfNotPresent", "Always", "Never"],
    }),
    finished_job_ttl: integer("Seconds that an ended job is kept; for good when left out."),
    job_watch_timeout_seconds: integer("Seconds to wait for the job to end; forever when left out."),
    pod_watch_timeout_seconds: integer("Seconds to wait for the pod to start.", { default: 60 }),
    stream_output: flag("Whether the worker prints what the job prints.", { default: true }),
    cluster_config: block("KubernetesClusterConfig", "The cluster; the worker's own when left out."),
    cpu_request: text("CPU that the pod asks for, such as 500m."),
    cpu_limit: text("Most CPU of the pod."),
    memory_request: text("Memory that the pod asks for, such as 256Mi."),
    memory_limit: text("Most memory of the pod."),
  },
  definitions: {
    KubernetesClusterConfig: blockOf(
      "KubernetesClusterConfig",
      "kubernetes-cluster-config",
      { config: object("A kubeconfig."), context_name: text("Context of the kubeconfig that is used.") },
      { required: ["config", "context_name"] },
    ),
  },
  job: {
    ...filled("command", "env", "labels", "name", "namespace", "cluster_config", "stream_output"),
    ...filled("job_watch_timeout_seconds", "pod_watch_timeout_seconds"),
    job_manifest: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { ...filled("labels", "namespace"), generateName: "{{ name }}-" },
      spec: {
        backoffLimit: 0,
        ttlSecondsAfterFinished: "{{ finished_job_ttl }}",
        template: {
          spec: {
            ...{ parallelism: 1, completions: 1, restartPolicy: "Never" },
            serviceAccountName: "{{ service_account_name }}",
            containers: [container],
          },
        },
      },
    },
  },
};

const template = (parameter: string) => `[parameters('${parameter}')]`;
const unique = { type: "string", defaultValue: "[uniqueString(resourceGroup().id)]" };

export const azure: WorkerType = {
  type: "azure-container-instance",
  collection: "prefect-azure",
  name: "Azure Container Instances",
  description: "Starts each flow run as a container group of Azure Container Instances.",
  logo: "azure",
  variables: {
    ...commonFields,
    image: text("Image that the container is made from."),
    resource_group_name: text("Resource group that the containers are made in."),
    subscription_id: secret("Subscription of Azure that pays."),
    identities: texts("User-assigned identities of the container group."),
    entrypoint: text("Program that the container starts with.", { default: "/opt/prefect/entrypoint.sh" }),
    image_registry: {
      description: "How to sign in where the image comes from.",
      anyOf: [
        { $ref: "#/definitions/DockerRegistryCredentials" },
        { $ref: "#/definitions/ACRManagedIdentity" },
      ],
    },
    cpu: decimal("Virtual CPUs of the container.", { default: 1 }),
    gpu_count: integer("GPUs of the container."),
    gpu_sku: text("Kind of the GPUs."),
    memory: decimal("Gigabytes of memory of the container.", { default: 1 }),
    subnet_ids: texts("Subnets that the container group joins."),
    dns_servers: texts("DNS servers of the container group."),
    aci_credentials: block("AzureContainerInstanceCredentials", "How to sign in to Azure."),
    stream_output: flag("Whether the worker prints what the container prints.", { default: false }),
    task_start_timeout_seconds: integer("Seconds to wait for the container to start.", { default: 240 }),
    task_watch_poll_interval: decimal("Seconds between two looks at the container.", { default: 5 }),
  },
  required: ["resource_group_name", "subscription_id"],
  definitions: {
    DockerRegistryCredentials: registry,
    ACRManagedIdentity: {
      ...{ title: "ACRManagedIdentity", type: "object", required: ["registry_url", "identity"] },
      properties: {
        registry_url: text("Where the registry is, such as example.azurecr.io.", { title: "Registry URL" }),
        identity: text("Identity that may read the registry.", { title: "Identity" }),
      },
    },
    AzureContainerInstanceCredentials: blockOf(
      "AzureContainerInstanceCredentials",
      "azure-container-instance-credentials",
      {
        client_id: text("Client of the service principal."),
        tenant_id: text("Tenant of the service principal."),
        client_secret: secret("Secret of the service principal."),
        credential_kwargs: object("Further arguments of the Azure client's credential."),
      },
      { secret_fields: ["client_secret"] },
    ),
  },
  job: {
    ...filled("command", "env", "labels", "name", "image", "resource_group_name", "subscription_id"),
    ...filled("identities", "entrypoint", "image_registry", "cpu", "gpu_count", "gpu_sku", "memory"),
    ...filled("subnet_ids", "dns_servers", "stream_output", "aci_credentials"),
    ...filled("task_start_timeout_seconds", "task_watch_poll_interval"),
    arm_template: {
      $schema: "https://schema.management.azure.com/schemas/2019-08-01/deploymentTemplate.json#",
      contentVersion: "1.0.0.0",
      parameters: {
        location: { type: "string", defaultValue: "[resourceGroup().location]" },
        container_group_name: unique,
        container_name: unique,
      },
      resources: [
        {
          type: "Microsoft.ContainerInstance/containerGroups",
          apiVersion: "2022-09-01",
          name: template("container_group_name"),
          location: template("location"),
          properties: {
            containers: [
              {
                name: template("container_name"),
                properties: {
                  ...filled("image", "command"),
                  resources: { requests: { cpu: "{{ cpu }}", memoryInGB: "{{ memory }}" } },
                  environmentVariables: [],
                },
              },
            ],
            ...{ osType: "Linux", restartPolicy: "Never" },
          },
        },
      ],
    },
  },
};
