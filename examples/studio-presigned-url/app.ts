/** The CDK app. What differs from one company to another are parameters of the stack: `cdk deploy --parameters VpcId=…`. */
import { App } from 'aws-cdk-lib';
import { StudioAccessStack } from './studio-access-stack';

const app = new App();
new StudioAccessStack(app, 'StudioAccess');
app.synth();
