import { serve } from './main.ts';

serve();
