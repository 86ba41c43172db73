import {
  block,
  blockOf,
  commonFields,
  decimal,
  definition,
  filled,
  flag,
  integer,
  map,
  object,
  secret,
  text,
  texts,
  type WorkerType,
} from "./fields.ts";

const aws = blockOf(
  "AwsCredentials",
  "aws-credentials",
  {
    aws_access_key_id: text("Access key of the account."),
    aws_secret_access_key: secret("Secret of the access key."),
    aws_session_token: text("Token of a session, where the key is of one."),
    profile_name: text("Profile of the worker's configuration to take instead of a key."),
    region_name: text("Region of AWS."),
    aws_client_parameters: block("AwsClientParameters", "How AWS is called."),
  },
  { secret_fields: ["aws_secret_access_key"] },
);

const awsParameters = definition("AwsClientParameters", {
  api_version: text("Version of the API."),
  use_ssl: flag("Whether to call over TLS.", { default: true }),
  verify: {
    description: "Whether to check certificates, or a file of those to trust.",
    default: true,
    anyOf: [{ type: "boolean" }, { type: "string", format: "file-path" }],
  },
  verify_cert_path: text("A file of certificates to trust.", { format: "file-path" }),
  endpoint_url: text("An address to call instead of that of AWS."),
  config: object("Further settings of botocore."),
});

export const ecs: WorkerType = {
  type: "ecs",
  collection: "prefect-aws",
  name: "AWS Elastic Container Service",
  description: "Starts each flow run as a task of ECS, on Fargate or on machines of your own.",
  logo: "ecs",
  variables: {
    ...commonFields,
    task_definition_arn: text("A task definition that is there, to use instead of making one."),
    aws_credentials: block("AwsCredentials", "How to sign in to AWS."),
    cluster: text("Cluster that the task runs in; the default one when left out."),
    family: text("Family that the task definition is put in."),
    launch_type: text("What the task runs on.", {
      default: "FARGATE",
      enum: ["FARGATE", "EC2", "EXTERNAL", "FARGATE_SPOT"],
    }),
    capacity_provider_strategy: {
      ...{ type: "array", description: "Capacity providers to use instead of a launch type." },
      items: { $ref: "#/definitions/CapacityProvider" },
    },
    image: text("Image that the task runs."),
    cpu: integer("CPU units of the task; 1024 are one virtual CPU."),
    memory: integer("Mebibytes of memory of the task."),
    container_name: text("Container of the task definition that runs the flow."),
    task_role_arn: text("Role that the flow has while it runs."),
    execution_role_arn: text("Role that ECS has to start the task."),
    vpc_id: text("VPC that the task runs in."),
    configure_cloudwatch_logs: flag("Whether what the task prints goes to CloudWatch."),
    cloudwatch_logs_options: map("Options of the log driver awslogs."),
    cloudwatch_logs_prefix: text("Begins the names of the log streams."),
    network_configuration: object("Network configuration of the task, as ECS has it."),
    stream_output: flag("Whether the worker prints what the task writes to CloudWatch."),
    task_start_timeout_seconds: integer("Seconds to wait for the task to start.", { default: 300 }),
    task_watch_poll_interval: decimal("Seconds between two looks at the task.", { default: 5 }),
    auto_deregister_task_definition: flag("Whether a task definition is given up after its run.", {
      default: false,
    }),
    match_latest_revision_in_family: flag("Whether the newest definition of the family is used again.", {
      default: false,
    }),
  },
  definitions: {
    AwsClientParameters: awsParameters,
    AwsCredentials: aws,
    CapacityProvider: definition(
      "CapacityProvider",
      {
        capacityProvider: text("Name of the provider."),
        weight: integer("Its share of the tasks."),
        base: integer("Tasks that it gets before shares count."),
      },
      { required: ["capacityProvider", "weight", "base"] },
    ),
  },
  job: {
    ...filled("command", "env", "labels", "name", "aws_credentials", "configure_cloudwatch_logs"),
    ...filled("cloudwatch_logs_options", "cloudwatch_logs_prefix", "network_configuration", "stream_output"),
    ...filled("task_start_timeout_seconds", "task_watch_poll_interval", "auto_deregister_task_definition"),
    ...filled("vpc_id", "container_name", "cluster", "match_latest_revision_in_family"),
    task_definition: {
      containerDefinitions: [{ image: "{{ image }}", name: "{{ container_name }}" }],
      ...filled("cpu", "family", "memory"),
      executionRoleArn: "{{ execution_role_arn }}",
    },
    task_run_request: {
      launchType: "{{ launch_type }}",
      cluster: "{{ cluster }}",
      overrides: {
        containerOverrides: [
          { name: "{{ container_name }}", environment: "{{ env }}", ...filled("command", "cpu", "memory") },
        ],
        ...filled("cpu", "memory"),
        taskRoleArn: "{{ task_role_arn }}",
      },
      tags: "{{ labels }}",
      taskDefinition: "{{ task_definition_arn }}",
      capacityProviderStrategy: "{{ capacity_provider_strategy }}",
    },
  },
};

const GcpCredentials = blockOf(
  "GcpCredentials",
  "gcp-credentials",
  {
    service_account_file: text("File with the key of a service account.", { format: "path" }),
    service_account_info: object("The key of a service account itself."),
    project: text("Project of Google Cloud."),
  },
  { secret_fields: ["service_account_info.*"] },
);
const google = { collection: "prefect-gcp", logo: "google-cloud", definitions: { GcpCredentials } };
const credentials = block("GcpCredentials", "How to sign in to Google Cloud.");
const account = "service-account@example.iam.gserviceaccount.com";
const bytes = String.raw`^\d+(?:G|Gi|M|Mi)$`;

export const cloudRun: WorkerType = {
  ...google,
  type: "cloud-run",
  name: "Google Cloud Run",
  description: "Starts each flow run as a job of Cloud Run, through version 1 of its API.",
  variables: {
    ...commonFields,
    region: text("Region that the job runs in.", { default: "us-central1" }),
    credentials,
    image: text("Image that the job runs."),
    cpu: text("CPU of the job in thousandths, such as 1000m.", { pattern: String.raw`^(\d*000)m$` }),
    memory: text("Memory of the job, such as 512Mi.", { pattern: bytes }),
    vpc_connector_name: text("VPC connector that the job uses."),
    service_account_name: text("Service account that the job runs as.", { example: account }),
    keep_job: flag("Whether the job is kept when it has ended.", { default: false }),
    timeout: integer("Seconds that the job may take.", { default: 600, exclusiveMinimum: 0, maximum: 3600 }),
  },
  job: {
    ...filled("command", "env", "labels", "name", "region", "credentials", "timeout", "keep_job"),
    job_body: {
      apiVersion: "run.googleapis.com/v1",
      kind: "Job",
      metadata: { name: "{{ name }}", annotations: { "run.googleapis.com/launch-stage": "BETA" } },
      spec: {
        template: {
          spec: {
            template: {
              spec: {
                containers: [
                  {
                    ...filled("image", "command"),
                    resources: { limits: filled("cpu", "memory"), requests: filled("cpu", "memory") },
                  },
                ],
                timeoutSeconds: "{{ timeout }}",
                serviceAccountName: "{{ service_account_name }}",
              },
            },
          },
          metadata: {
            annotations: { "run.googleapis.com/vpc-access-connector": "{{ vpc_connector_name }}" },
          },
        },
      },
    },
  },
};

export const cloudRunV2: WorkerType = {
  ...google,
  type: "cloud-run-v2",
  name: "Google Cloud Run v2",
  description: "Starts each flow run as a job of Cloud Run, through version 2 of its API.",
  variables: {
    ...commonFields,
    credentials,
    region: text("Region that the job runs in.", { default: "us-central1" }),
    image: text("Image that the job runs.", { default: "prefecthq/prefect:3-latest" }),
    args: texts("Arguments of the command."),
    keep_job: flag("Whether the job is kept when it has ended.", { default: false }),
    launch_stage: text("Launch stage of the features that the job may use.", {
      default: "BETA",
      enum: [
        ...["ALPHA", "BETA", "GA", "DEPRECATED", "EARLY_ACCESS", "PRELAUNCH", "UNIMPLEMENTED"],
        "LAUNCH_TAG_UNSPECIFIED",
      ],
    }),
    max_retries: integer("How often Cloud Run starts a failed job again.", { default: 0 }),
    cpu: text("CPU of the job, such as 1000m.", { default: "1000m" }),
    memory: text("Memory of the job, such as 512Mi.", { default: "512Mi", pattern: bytes }),
    timeout: integer("Seconds that the job may take.", {
      ...{ default: 600, exclusiveMinimum: 0, maximum: 604_800 },
    }),
    vpc_connector_name: text("VPC connector that the job uses."),
    service_account_name: text("Service account that the job runs as.", { example: account }),
  },
  job: {
    ...filled("command", "env", "labels", "name", "credentials", "keep_job", "region", "timeout"),
    job_body: {
      client: "prefect",
      launchStage: "{{ launch_stage }}",
      template: {
        template: {
          serviceAccount: "{{ service_account_name }}",
          maxRetries: "{{ max_retries }}",
          timeout: "{{ timeout }}",
          vpcAccess: { connector: "{{ vpc_connector_name }}" },
          containers: [
            {
              env: [],
              ...filled("image", "command", "args"),
              resources: { limits: filled("cpu", "memory") },
            },
          ],
        },
      },
    },
  },
};

export const vertexAi: WorkerType = {
  ...google,
  type: "vertex-ai",
  name: "Google Vertex AI",
  description: "Starts each flow run as a custom training job of Vertex AI, with GPUs where needed.",
  variables: {
    ...commonFields,
    region: text("Region that the job runs in, such as us-central1."),
    image: text("Image that the job runs."),
    credentials,
    machine_type: text("Machine that the job runs on.", { default: "n1-standard-4" }),
    accelerator_type: text("Kind of the accelerators, such as NVIDIA_TESLA_T4."),
    accelerator_count: integer("Accelerators of the machine."),
    boot_disk_type: text("Kind of the boot disk.", { default: "pd-ssd" }),
    boot_disk_size_gb: integer("Gigabytes of the boot disk.", { default: 100 }),
    maximum_run_time_hours: integer("Hours that the job may take.", { default: 1 }),
    network: text("VPC network that the job joins, by its full name."),
    reserved_ip_ranges: texts("Reserved address ranges of the network that the job may use."),
    service_account_name: text("Service account that the job runs as."),
    job_watch_poll_interval: decimal("Seconds between two looks at the job.", { default: 5 }),
  },
  required: ["region", "image"],
  job: {
    ...filled("command", "env", "labels", "name", "region", "credentials", "job_watch_poll_interval"),
    job_spec: {
      ...filled("service_account_name", "network", "reserved_ip_ranges", "maximum_run_time_hours"),
      worker_pool_specs: [
        {
          replica_count: 1,
          container_spec: { image_uri: "{{ image }}", command: "{{ command }}", args: [] },
          machine_spec: filled("machine_type", "accelerator_type", "accelerator_count"),
          disk_spec: filled("boot_disk_type", "boot_disk_size_gb"),
        },
      ],
    },
  },
};
