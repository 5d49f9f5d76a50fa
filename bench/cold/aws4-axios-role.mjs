/** Its STS client finds its keys and the endpoint in the environment: there is no option for them. */
import { aws4Interceptor } from 'aws4-axios';
import axios from 'axios';
import { answered, request, roleArn, scope, url } from './given.mjs';

const instance = axios.create();
instance.interceptors.request.use(aws4Interceptor({ instance, options: { ...scope, assumeRoleArn: roleArn } }));
const { method, headers, body } = request;
const response = await instance.request({ url, method, headers, data: body });
answered(response.status, response.data);
