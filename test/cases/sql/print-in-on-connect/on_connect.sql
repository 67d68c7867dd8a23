SELECT print('connected');
