import { Operation } from 'cdk8s-zero-trust';

/** One workload of the shop: what it listens on, and exactly what it calls. */
export interface Component {
  readonly name: string;
  /** What it listens on; a component without it is only a caller. */
  readonly listens?: { readonly port: number; readonly servicePort?: number; readonly portName: string };
  /** The environment variable in which its callers expect its address. */
  readonly address?: string;
  readonly env?: { readonly [name: string]: string };
  readonly calls?: { readonly [callee: string]: Operation[] };
}

export const COMPONENTS: Component[] = [
  {
    name: 'frontend',
    listens: { port: 8080, servicePort: 80, portName: 'http' },
    address: 'FRONTEND_ADDR',
    // it does not start without this one; the assistant is optional, not deployed, and not among the calls
    env: { SHOPPING_ASSISTANT_SERVICE_ADDR: 'shoppingassistantservice:80' },
    calls: {
      adservice: grpc('AdService', 'GetAds'),
      cartservice: grpc('CartService', 'GetCart', 'AddItem', 'EmptyCart'),
      checkoutservice: grpc('CheckoutService', 'PlaceOrder'),
      currencyservice: grpc('CurrencyService', 'GetSupportedCurrencies', 'Convert'),
      productcatalogservice: grpc('ProductCatalogService', 'ListProducts', 'GetProduct'),
      recommendationservice: grpc('RecommendationService', 'ListRecommendations'),
      shippingservice: grpc('ShippingService', 'GetQuote'),
    },
  },
  {
    name: 'checkoutservice',
    listens: { port: 5050, portName: 'grpc' },
    address: 'CHECKOUT_SERVICE_ADDR',
    calls: {
      cartservice: grpc('CartService', 'GetCart', 'EmptyCart'),
      currencyservice: grpc('CurrencyService', 'Convert'),
      emailservice: grpc('EmailService', 'SendOrderConfirmation'),
      paymentservice: grpc('PaymentService', 'Charge'),
      productcatalogservice: grpc('ProductCatalogService', 'GetProduct'),
      shippingservice: grpc('ShippingService', 'GetQuote', 'ShipOrder'),
    },
  },
  {
    name: 'recommendationservice',
    listens: { port: 8080, portName: 'grpc' },
    address: 'RECOMMENDATION_SERVICE_ADDR',
    calls: { productcatalogservice: grpc('ProductCatalogService', 'ListProducts') },
  },
  {
    name: 'cartservice',
    listens: { port: 7070, portName: 'grpc' },
    address: 'CART_SERVICE_ADDR',
    calls: { 'redis-cart': [Operation.tcp(6379)] },
  },
  { name: 'redis-cart', listens: { port: 6379, portName: 'tcp-redis' }, address: 'REDIS_ADDR' },
  { name: 'adservice', listens: { port: 9555, portName: 'grpc' }, address: 'AD_SERVICE_ADDR' },
  { name: 'currencyservice', listens: { port: 7000, portName: 'grpc' }, address: 'CURRENCY_SERVICE_ADDR' },
  { name: 'emailservice', listens: { port: 8080, servicePort: 5000, portName: 'grpc' }, address: 'EMAIL_SERVICE_ADDR' },
  { name: 'paymentservice', listens: { port: 50051, portName: 'grpc' }, address: 'PAYMENT_SERVICE_ADDR' },
  { name: 'productcatalogservice', listens: { port: 3550, portName: 'grpc' }, address: 'PRODUCT_CATALOG_SERVICE_ADDR' },
  { name: 'shippingservice', listens: { port: 50051, portName: 'grpc' }, address: 'SHIPPING_SERVICE_ADDR' },
  {
    name: 'loadgenerator',
    env: { USERS: '10', RATE: '1' },
    calls: {
      frontend: [
        Operation.get('/', '/product/*', '/cart'),
        Operation.post('/cart', '/cart/checkout', '/setCurrency'),
      ],
    },
  },
];

/** What the ingress gateway may pass on to the frontend. `/_healthz` is the kubelet's alone. */
export const FROM_INGRESS: Operation[] = [
  Operation.get('/', '/product/*', '/cart', '/logout', '/static/*', '/robots.txt'),
  Operation.head('/', '/product/*', '/cart'),
  Operation.post('/cart', '/cart/empty', '/cart/checkout', '/setCurrency'),
];

function grpc(service: string, ...methods: string[]): Operation[] {
  return methods.map(method => Operation.grpc(`hipstershop.${service}`, method));
}
